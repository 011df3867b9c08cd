// Reads an event stream piece by piece (docs/wire.md). The browser's own EventSource
// does not say that a proxy keeps an answer back, and cannot read a long poll.

/**
 * One event; remarks, by which a server says that it is still there, have the type "".
 * @typedef {{ type: string, data: string }} Event
 */

/**
 * The events of an answer, as they come.
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<Event>}
 */
export async function* events(body) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return; // an event without its end was cut off and will be sent again
    const parts = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield event(part);
  }
}

/** @param {string} text @returns {Event} */
function event(text) {
  let [type, data] = ["", ""];
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (colon > 0 && line.slice(0, colon) === "event") type = value;
    if (colon > 0 && line.slice(0, colon) === "data") data = value;
  }
  return { type: data ? type || "message" : "", data };
}

/** The bytes of a block. @param {string} base64 */
export function bytes(base64) {
  const text = atob(base64);
  const b = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) b[i] = text.charCodeAt(i);
  return b.buffer;
}
