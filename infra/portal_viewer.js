// Runs in CloudFront before each request for the API. The gateway sees an address of CloudFront's; this is the caller's.
// What a caller wrote under that name is replaced, so the name can be believed of requests that came through CloudFront.

function handler(event) {
  const request = event.request;
  request.headers["x-viewer-address"] = { value: event.viewer.ip };
  return request;
}
