import type { AgentReply } from '../../control/session/protocol.ts';
import { LabError } from '../../platform/error.ts';

/** The error for a scenario that a worker could not load, set up or attach to; `what` says which it was. */
export function scenarioError(scenario: string, what: string, reply: AgentReply): LabError {
  const failure = reply.type === 'failed' ? reply.failure : undefined;
  if (failure?.name === 'Uncontrolled' || failure?.name === 'BadScenario') {
    const code = failure.name === 'Uncontrolled' ? 'Uncontrolled' : 'Scenario';
    return new LabError(code, `${scenario}: ${failure.message}`);
  }
  if (failure?.name === 'Strategy') return new LabError('Strategy', failure.message);
  if (failure !== undefined && /^Unknown file extension "\.[cm]?ts"/.test(failure.message)) {
    // Node.js runs TypeScript by itself from 22.18 on; before that its error does not say what to do.
    return new LabError(
      'Usage',
      `${scenario} ${what}: ${failure.message}. This Node.js (${process.version}) does not run TypeScript: compile it, use ` +
        '22.18 or newer, or give Node.js a loader, as in NODE_OPTIONS="--import tsx"',
    );
  }
  const detail = failure === undefined ? '' : `: ${failure.name}: ${failure.message}\n${failure.stack}`;
  return new LabError('Scenario', `${scenario} ${what}${detail}`);
}
