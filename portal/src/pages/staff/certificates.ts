/** A request for a certificate as authorities take it (RFC 7468), of DER in base64. */
export const pem = (der: string): string =>
  ["-----BEGIN CERTIFICATE REQUEST-----", ...(der.match(/.{1,64}/g) ?? []), "-----END CERTIFICATE REQUEST-----"].join("\n");
