// As much of Node as the tests in test use. Its own types would stand beside the browser's and
// change these: of what a timer is, for one.

declare module "node:test" {
  interface TestContext {
    after(f: () => unknown): void;
    mock: {
      method<T, K extends keyof T>(of: T, name: K, as: (...args: any[]) => unknown): void;
      timers: { enable(options: { apis: string[] }): void; tick(milliseconds: number): void };
    };
  }
  export function test(name: string, f: (t: TestContext) => unknown): void;
}

declare module "node:assert/strict" {
  const assert: {
    ok(value: unknown, message?: string): asserts value;
    equal<T>(actual: unknown, expected: T, message?: string): asserts actual is T;
    notEqual(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    match(text: string, pattern: RegExp, message?: string): void;
    doesNotMatch(text: string, pattern: RegExp, message?: string): void;
    throws(f: () => unknown, error?: RegExp): void;
    rejects(promise: Promise<unknown>, error?: RegExp): Promise<void>;
  };
  export default assert;
}

declare module "node:fs" {
  export function readFileSync(path: URL, encoding: "utf8"): string;
}

declare function setImmediate(f: (value?: unknown) => void): void;
