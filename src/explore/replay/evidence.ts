import type { Failure } from '../../verdicts/failure.ts';
import { placesOf } from './places.ts';
import type { Recording } from './recording.ts';
import { siteOf } from './site.ts';

/**
 * What a recording keeps of a failure so that it is known again in code that was edited since: its places, its site and
 * its cause. @param scenario URL of the scenario
 */
export function evidenceOf(
  failure: Failure,
  scenario: string,
): Pick<Recording, 'places' | 'at' | 'site' | 'cause'> {
  const { site, cause } = siteOf(failure, scenario);
  return { ...placesOf(failure, scenario), site, cause };
}
