import type { Reporter, TestModule, TestSuite, Vitest } from 'vitest/node';
import { SKIPPED_SUITE_MARK } from './skipped-suite.ts';

/** Names at the end of a run the suites that could not run here: vitest's own summary only counts them. */
export function skippedSuitesReporter(): Reporter {
  let vitest: Vitest | undefined;
  return {
    onInit: (running) => {
      vitest = running;
    },
    onTestRunEnd: (modules) => {
      const suites = modules.flatMap(skippedSuites);
      if (suites.length === 0) return;
      vitest?.logger.log(` Skipped, because this machine lacks a server:\n${suites.map(describe).join('\n')}\n`);
    },
  };
}

function skippedSuites(module: TestModule): TestSuite[] {
  return [...module.children.allSuites()].filter(({ name }) => name.includes(SKIPPED_SUITE_MARK));
}

function describe(suite: TestSuite): string {
  return `   ${suite.module.relativeModuleId} > ${suite.fullName}`;
}
