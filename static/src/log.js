// The records of one run as the browser keeps them: a column of float32 for each
// field, growing, without gaps, and the frames as far as they fit (history.js).

import { History } from "./history.js";

/**
 * @typedef {{ label: string, value: number }} Mark
 * @typedef {{ name: string, title: string, unit?: string, doc: string, every: number, marks?: Mark[] }} Field
 *
 * What the frames of a name are, from a step on; labels name the rows, and in the same order the columns; over says what the columns are otherwise.
 * @typedef {{ name: string, title: string, every: number, from?: number, labels?: string[], over?: string, marks?: Mark[] }} Matrix
 * @typedef {{ fields: Field[], frames?: Matrix[] }} Schema
 */

const TERMS = "terms.";

export class RunLog {
  /** @type {Field[]} */
  fields = [];
  /** @type {Matrix[]} */
  matrices = [];
  /** How many steps are here; they count from 0. */
  length = 0;
  /** Cadences that each step was measured at, one bit each. */
  has = new Uint8Array(256);
  /** @type {Float32Array[]} */
  columns = [];
  /** A chart sees one log or several (band.js). @type {RunLog[]} */
  logs = [this];
  /** How often the log has been emptied: frames of an earlier attempt do not belong to a later one. */
  resets = 0;
  #frames = new History();
  /** @type {Map<string, number>} */
  #index = new Map();

  /** Forgets everything and takes the schema of a run. @param {Schema} schema */
  reset(schema) {
    this.fields = schema.fields;
    this.matrices = schema.frames ?? [];
    this.length = 0;
    this.has = new Uint8Array(256);
    this.columns = schema.fields.map(() => new Float32Array(256));
    this.#frames = new History();
    this.resets++;
    this.#index = new Map(schema.fields.map((f, i) => [f.name, i]));
  }

  /**
   * Takes a block in. Steps that are here already are left alone; false says that
   * steps before the block are missing.
   * @param {import("./wire.js").Steps | import("./wire.js").Frame} block
   */
  append(block) {
    if (block.kind === "frame") {
      this.#frames.add(block);
      return true;
    }
    if (block.m !== this.fields.length) throw new Error(`steps of ${block.m} values for ${this.fields.length} fields`);
    if (block.first > this.length) return false;
    this.#grow(block.first + block.n);
    for (let i = this.length - block.first; i < block.n; i++) {
      this.has[this.length] = block.has[i];
      for (let j = 0; j < block.m; j++) this.columns[j][this.length] = block.values[i * block.m + j];
      this.length++;
    }
    return true;
  }

  /**
   * Takes in one record in its JSON form, which leaves out what was not measured
   * and writes null for what is not finite.
   * @param {Record<string, any>} record
   */
  appendJSON(record) {
    if (record.step < this.length) return true;
    if (record.step > this.length) return false;
    this.#grow(this.length + 1);
    let has = 0;
    this.fields.forEach((f, j) => {
      const v = f.name.startsWith(TERMS) ? record.terms?.[f.name.slice(TERMS.length)] : record[f.name];
      if (v !== undefined) has |= f.every;
      this.columns[j][this.length] = v ?? (v === null ? NaN : 0);
    });
    this.has[this.length++] = has;
    return true;
  }

  /** @param {string} name @returns {Field | undefined} */
  field(name) {
    return this.fields[this.#index.get(name) ?? -1];
  }

  /**
   * The value of a field at a step; NaN where it was not measured or not finite.
   * @param {string} name
   * @param {number} step
   */
  at(name, step) {
    const i = this.#index.get(name);
    if (i === undefined || step < 0 || step >= this.length || !(this.has[step] & this.fields[i].every)) return NaN;
    const v = this.columns[i][step];
    return Number.isFinite(v) ? v : NaN;
  }

  /**
   * The last measured value at or before a step, and its step; undefined where there is none.
   * @param {string} name
   * @param {number} [step]
   * @returns {{ step: number, value: number } | undefined}
   */
  last(name, step = this.length - 1) {
    for (let s = Math.min(step, this.length - 1); s >= 0; s--) {
      const value = this.at(name, s);
      if (!Number.isNaN(value)) return { step: s, value };
    }
    return undefined;
  }

  /** The last frame of a name at or before a step, of those that are here. @param {string} name @param {number} [step] */
  frame(name, step = Infinity) {
    return this.#frames.at(name, step);
  }

  /**
   * The last step up to one at which frames of a name were measured; undefined where there is none.
   * @param {string} name
   * @param {number} step
   */
  due(name, step) {
    const every = this.matrices.find((m) => m.name === name)?.every ?? 0;
    for (let s = Math.min(step, this.length - 1); s >= 0; s--) if (this.has[s] & every) return s;
    return undefined;
  }

  /** What a frame is. @param {import("./wire.js").Frame} frame */
  matrix({ name, step }) {
    return this.matrices.findLast((m) => m.name === name && (m.from ?? 0) <= step);
  }

  /** A reference value of a field. @param {string} name @param {string} label */
  mark(name, label) {
    return this.field(name)?.marks?.find((m) => m.label.includes(label))?.value;
  }

  /** @param {number} n */
  #grow(n) {
    if (n <= this.has.length) return;
    const size = Math.max(n, 2 * this.has.length);
    const has = new Uint8Array(size);
    has.set(this.has);
    this.has = has;
    this.columns = this.columns.map((old) => {
      const column = new Float32Array(size);
      column.set(old);
      return column;
    });
  }
}
