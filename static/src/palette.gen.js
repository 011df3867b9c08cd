// Code generated from internal/palette by go generate; DO NOT EDIT.

/** @param {string} hex six digits an entry @returns {Uint8ClampedArray} red, green, blue of each entry */
function table(hex) {
  const t = new Uint8ClampedArray(hex.length / 2);
  for (let i = 0; i < t.length; i++) t[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return t;
}

/** Blue, near-white at entry 128, red: the map of -1..1, 256 entries of three bytes. */
export const diverging = table(
  "05306105306105326306346606356907376b08396e083b71093d730a3f760b41790b437b0c447e0d46810d48840e4a86" +
  "0f4c89104e8c10508f11529112549413569713589a145a9d155ca0165ea21660a51862a71a64a81c66a91f67aa2069ab" +
  "226bac246dad266fae2870af2972b02b74b12c76b22e78b32f79b4317bb5327db6337fb73581b83683b93785ba3986bb" +
  "3a88bb3b8abc3c8cbd3e8ebe3f90bf4392c04794c24b96c34f98c45299c5559bc6599dc75c9fc85fa1c963a3ca66a5cb" +
  "69a7cd6ca9ce6fabcf72add075afd178b1d27bb3d37eb5d480b7d583b9d686bbd789bdd98cc0da8ec2db91c3dc94c4dc" +
  "97c6dd99c7de9cc8df9fcae0a1cbe1a4cde1a7cee2a9cfe3acd1e4aed2e5b1d3e5b3d5e6b6d6e7b9d8e8bbd9e9bedaea" +
  "c0dceac3ddebc5deecc8e0edcae1eecde3efcfe4efd1e5f0d3e6f0d5e7f1d6e7f1d8e8f1d9e9f1dbe9f2dceaf2deebf2" +
  "dfecf3e1ecf3e2edf3e4eef3e5eef4e7eff4e8f0f4eaf1f4ebf1f5edf2f5eef3f5f0f3f6f1f4f6f3f5f6f4f6f6f6f6f7" +
  "f7f7f7f7f6f5f8f5f3f8f4f1f8f3eff9f1edf9f0ecf9efeafaeee8faede6faece4faebe2fbeae0fbe9defbe8dcfbe7db" +
  "fce5d9fce4d7fce3d5fce2d3fce1d1fde0cffddfcdfddeccfdddcafddcc8fddac6fdd8c3fdd6c0fdd4befdd2bbfdd0b8" +
  "fdceb6fcccb3fccab0fcc8aefcc6abfcc4a8fbc2a6fbc0a3fbbea1fbbc9efaba9bfab899fab696f9b494f9b291f9b08f" +
  "f8ae8cf8ac89f8aa87f7a784f6a582f5a280f4a07ef39d7cf29a7af19878f09575ef9273ed9071ec8d6feb8a6dea886b" +
  "e98569e88267e78065e57d63e47a61e3785fe2755de1725bdf6f59de6d57dd6a55dc6753da6451d9624fd8604ed75d4c" +
  "d55b4bd4594ad35648d15447d05246cf4f45cd4d43cc4a42cb4841c9463fc8433ec7403dc53e3bc43b3ac33839c13638" +
  "c03336bf3035bd2d34bc2a33bb2631b92330b7202fb41f2fb01d2ead1c2daa1b2da6192ca3182ba0172b9d152a991429" +
  "9613299311289010288c0f27890d26860c26830a258009247d08247a06237605227304227003216d02206a012067001f",
);

/**
 * The entry of diverging for a value; beyond -1..1 the last one, for NaN that of zero.
 * @param {number} v
 * @returns {number} 1 to 255
 */
export function divergingAt(v) {
  return Number.isNaN(v) ? 128 : 128 + Math.floor(127 * Math.max(-1, Math.min(1, v)) + 0.5);
}
