// The golden blocks of docs/wire.md, which the Go side encodes and decodes too.
import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../docs/wire.md", import.meta.url), "utf8");

/** The text of a fenced block. @param {string} name */
export function golden(name) {
  const found = page.match(new RegExp(`\`\`\`golden ${name}\n([^]*?)\n\`\`\``));
  if (!found) throw new Error(`docs/wire.md has no golden ${name}`);
  return found[1];
}

/** The bytes of a block of hexadecimal pairs with remarks. @param {string} name */
export function bytes(name) {
  const pairs = golden(name)
    .split("\n")
    .flatMap((line) => line.match(/^(?:[0-9a-f]{2} ?)+/)?.[0].trim().split(" ") ?? []);
  return new Uint8Array(pairs.map((p) => parseInt(p, 16))).buffer;
}
