import type { Finding } from '../results/finding.ts';

/** Findings as GitHub's workflow commands, one per line: GitHub shows them at their source lines in a pull request. */
export function githubAnnotations(findings: readonly Finding[]): string[] {
  return findings.map(({ verdict, message, details, places, evidence }) => {
    const place = places.find(({ file }) => file !== null && !file.includes('node_modules'));
    const at = place === undefined ? '' : `file=${property(place.file as string)},line=${place.line},`;
    const command = evidence?.kind === 'schedule' ? [`Replay it with: ${evidence.command}`] : [];
    const text = [message, ...details, ...command].join('\n');
    return `::error ${at}title=${property(`framelab: ${verdict}`)}::${data(text)}`;
  });
}

/** Escaped for GitHub: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
