// Named checks: each is one line as soon as it is known, with the reason below it where it failed.
export class Outcome {
  #passed = 0;
  #failed = 0;

  // Runs a check, which fails by throwing; the others go on.
  async check(name, body) {
    try {
      await body();
      this.#passed += 1;
      console.log(`ok    ${name}`);
    } catch (error) {
      this.failed(name, error);
    }
  }

  failed(name, error) {
    this.#failed += 1;
    console.log(`FAILED ${name}\n      ${String(error.message ?? error).replace(/\x1b\[\d+m/g, '').trim().split('\n').slice(0, 12).join('\n      ')}`);
    if (process.env.STACKS) console.log(error.stack);
  }

  // Prints the count, and answers the exit status. A run without a check has found nothing out.
  end() {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed > 0 || this.#passed === 0 ? 1 : 0;
  }
}

// What a check demands, in words that say what is wrong.
export function require(condition, message) {
  if (!condition) throw new Error(message);
}

export function equal(found, expected, what) {
  require(found === expected, `${what}: ${JSON.stringify(found)} in place of ${JSON.stringify(expected)}`);
}

// Waits until a question is answered with something true, and answers that.
export async function until(what, question, milliseconds = 15_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    require(Date.now() < end, `${what}: not within ${milliseconds / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
