// node compress.mjs <folder>: beside each text file a .br and a .gz, as CloudFront makes them on the fly for browsers that
// take them. Levels are those of an edge that has no time, so that what is measured here is not too good.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TEXT = /\.(js|css|html|svg|json|webmanifest)$/;
const SMALLEST = 1000; // bytes; CloudFront compresses nothing smaller
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

for (const entry of readdirSync(process.argv[2], { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !TEXT.test(entry.name)) continue;
  const file = `${entry.parentPath}/${entry.name}`;
  const content = readFileSync(file);
  if (content.length < SMALLEST) continue;
  writeFileSync(`${file}.br`, brotliCompressSync(content, BROTLI));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 6 }));
}
