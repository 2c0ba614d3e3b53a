import type { AgentReply } from '../../control/session/protocol.ts';
import { LabError } from '../../platform/error.ts';
import { typeScriptHint } from './typescript.ts';

/** The error for a scenario that a worker could not load, set up or attach to; `what` says which it was. */
export function scenarioError(scenario: string, what: string, reply: AgentReply): LabError {
  const failure = reply.type === 'failed' ? reply.failure : undefined;
  if (failure?.name === 'BadNames') return new LabError('Usage', `${scenario}: ${failure.message}`);
  if (failure?.name === 'Uncontrolled' || failure?.name === 'BadScenario') {
    const code = failure.name === 'Uncontrolled' ? 'Uncontrolled' : 'Scenario';
    return new LabError(code, `${scenario}: ${failure.message}`);
  }
  if (failure?.name === 'Strategy') return new LabError('Strategy', failure.message);
  const hint = failure === undefined ? undefined : typeScriptHint(failure.message);
  if (failure !== undefined && hint !== undefined) {
    return new LabError('Usage', `${scenario} ${what}: ${failure.message}. ${hint}`);
  }
  const detail = failure === undefined ? '' : `: ${failure.name}: ${failure.message}\n${failure.stack}`;
  return new LabError('Scenario', `${scenario} ${what}${detail}`);
}
