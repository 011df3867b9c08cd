// Turns TeX into MathML: a JSON array of formulas on standard input, an array of
// the same length on standard output. templates/generate.go runs it.
//
// The content security policy allows no style attributes, so a formula that
// needs one ends the program; the display style that Temml writes on every
// <math> is what the style sheet says of .tml-display anyway.
import temml from "temml";

const formulas = JSON.parse(await new Response(process.stdin).text());
const out = formulas.map((/** @type {string} */ tex) => {
  const math = temml
    .renderToString(tex, { displayMode: true, annotate: false, throwOnError: true })
    .replace(' style="display:block math;"', "")
    .replace(/\p{Cf}/gu, (c) => `&#x${c.codePointAt(0).toString(16)};`); // invisible operators, made visible in the source
  if (math.includes("style=")) throw new Error(`${tex} needs an inline style: ${math}`);
  return math;
});
process.stdout.write(JSON.stringify(out));
