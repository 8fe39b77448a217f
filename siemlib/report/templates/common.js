"use strict";
/** Whether this is the page as it is printed at once, by a browser that nobody looks at. */
const siemForPaper = document.documentElement.classList.contains("for-paper");
// A file beside the page would be named by its place on the machine that prints.
if (siemForPaper) document.querySelectorAll("a").forEach((link) => link.protocol === "file:" && !link.hash && link.removeAttribute("href"));
/** SHA-256 of bytes or text, in hexadecimal digits; null where the browser computes none for this page. */
async function siemDigest(data) {
  if (!globalThis.crypto?.subtle) return null;
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");
}
/** The JSON that an element of the page holds; null without the element. */
function siemJson(id) {
  const held = document.getElementById(id);
  return held && JSON.parse(held.textContent);
}
/** Lets the browser do what waits, such as show what is there. */
function siemPause() {
  return new Promise((done) => setTimeout(done));
}
