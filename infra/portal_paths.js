// Runs in CloudFront before each request for a page or a file of the portal: what lies in the bucket for its path.
// local/portal.py says the same for the local system; tests/architecture/test_portal_edge.py holds both together.

function filePath(path) {
  const outside = /^\/([rs])\//.exec(path) || /^\/(d)(?:\/|$)/.exec(path) || /^\/(a|journal)\.html$/.exec(path);
  if (outside) return "/outside/" + outside[1] + ".html";
  return path.slice(path.lastIndexOf("/") + 1).includes(".") ? path : "/index.html"; // a screen of the portal
}

function handler(event) {
  const request = event.request;
  request.uri = filePath(request.uri);
  return request;
}
