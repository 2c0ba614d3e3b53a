/** Evaluation of modules in ECMA-262's order (16.2.1.6, cyclic module records), cycles and top-level await included. */
import { type ModuleRecord, SourceRecord, type Status, ValueRecord } from './records.ts';

let asyncOrder = 0;

/**
 * Evaluates a linked module and what it imports, once; what is asked for again has the same end.
 * @returns undefined if all of it was synchronous
 * @throws what a module throws, where all was synchronous
 */
export function evaluate(module: ModuleRecord): Promise<void> | undefined {
  if (!(module instanceof SourceRecord)) {
    evaluateValue(module);
    return undefined;
  }
  const root = isUnderWay(module) ? (module.cycleRoot ?? module) : module;
  if (root.status === 'evaluated' || root.status === 'evaluating') {
    if (root.failed !== undefined) throw root.failed.error;
    return undefined;
  }
  if (root.completion !== undefined) return root.completion.promise;
  const stack: SourceRecord[] = [];
  try {
    evaluateInner(root, stack, 0);
  } catch (error) {
    for (const stacked of stack) {
      stacked.status = 'evaluated';
      stacked.failed = { error };
    }
    throw error;
  }
  if ((root.status as Status) === 'evaluated') return undefined;
  root.completion ??= promiseWithResolvers();
  return root.completion.promise;
}

/** A module that waits for top-level await, itself or in what it imports. */
export function isAsyncGraph(module: ModuleRecord, seen: Set<ModuleRecord> = new Set()): boolean {
  if (!(module instanceof SourceRecord) || seen.has(module) || module.status === 'evaluated') return false;
  seen.add(module);
  return module.isAsync || (module.dependencies ?? []).some((dependency) => isAsyncGraph(dependency, seen));
}

function isUnderWay({ status }: SourceRecord): boolean {
  return status === 'evaluating-async' || status === 'evaluated';
}

function evaluateValue(module: ModuleRecord): void {
  if (module instanceof ValueRecord) module.evaluate();
}

function evaluateInner(module: ModuleRecord, stack: SourceRecord[], index: number): number {
  if (!(module instanceof SourceRecord)) {
    evaluateValue(module);
    return index;
  }
  if (isUnderWay(module)) {
    if (module.failed !== undefined) throw module.failed.error;
    return index;
  }
  if (module.status === 'evaluating') return index;
  module.status = 'evaluating';
  module.dfsIndex = index;
  module.dfsAncestorIndex = index;
  index++;
  stack.push(module);
  for (const dependency of module.dependencies!) {
    index = evaluateInner(dependency, stack, index);
    if (dependency instanceof SourceRecord) dependsOn(module, dependency);
  }
  if (module.pendingDependencies > 0 || module.isAsync) {
    module.asyncOrder = asyncOrder++;
    if (module.pendingDependencies === 0) executeAsync(module);
  } else {
    module.execute();
  }
  if (module.dfsAncestorIndex === module.dfsIndex) endCycle(module, stack);
  return index;
}

function dependsOn(module: SourceRecord, dependency: SourceRecord): void {
  let required = dependency;
  if (required.status === 'evaluating') {
    module.dfsAncestorIndex = Math.min(module.dfsAncestorIndex, required.dfsAncestorIndex);
  } else {
    required = required.cycleRoot ?? required;
    if (required.failed !== undefined) throw required.failed.error;
  }
  if (required.asyncOrder === undefined || required.status === 'evaluated') return;
  module.pendingDependencies++;
  required.asyncParents.push(module);
}

function endCycle(root: SourceRecord, stack: SourceRecord[]): void {
  for (;;) {
    const module = stack.pop()!;
    module.status = module.asyncOrder === undefined ? 'evaluated' : 'evaluating-async';
    module.cycleRoot = root;
    if (module === root) return;
  }
}

function executeAsync(module: SourceRecord): void {
  module.execute()!.then(
    // In one reaction: each more would be one more turn of microtasks before those that wait for it.
    () => {
      module.publishAll();
      fulfilled(module);
    },
    (error: unknown) => rejected(module, error),
  );
}

function fulfilled(module: SourceRecord): void {
  if (module.status === 'evaluated') return;
  settle(module);
  const ready: SourceRecord[] = [];
  gatherAvailable(module, ready);
  ready.sort((a, b) => a.asyncOrder! - b.asyncOrder!);
  for (const next of ready) {
    // An earlier one of them has failed it.
    if (next.failed !== undefined) continue;
    if (next.isAsync) {
      executeAsync(next);
      continue;
    }
    try {
      next.execute();
    } catch (error) {
      rejected(next, error);
      continue;
    }
    settle(next);
  }
}

function settle(module: SourceRecord): void {
  module.status = 'evaluated';
  module.completion?.resolve();
}

function gatherAvailable(module: SourceRecord, found: SourceRecord[]): void {
  for (const parent of module.asyncParents) {
    if (found.includes(parent) || parent.cycleRoot?.failed !== undefined) continue;
    parent.pendingDependencies--;
    if (parent.pendingDependencies > 0) continue;
    found.push(parent);
    if (!parent.isAsync) gatherAvailable(parent, found);
  }
}

function rejected(module: SourceRecord, error: unknown): void {
  if (module.failed !== undefined) return;
  module.failed = { error };
  module.status = 'evaluated';
  for (const parent of module.asyncParents) rejected(parent, error);
  module.completion?.reject(error);
}

function promiseWithResolvers(): PromiseWithResolvers<void> {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
