/** How a point in a run is called: by its operation, its site in the source, its line in the trace, or its event. */
import type { Place } from '../detect/finding.js';
import { escapeName } from './escape.js';
import type { View } from './view.js';

/** `sdallocx(block 401, claimed 32)`: the operation with its arguments, without its number. */
export function operationLabel(place: Place): string | undefined {
  if (place.operation === undefined) return undefined;
  const name = escapeName(operationName(place)!);
  const values = Object.entries(place.arguments ?? {}).map(([argument, value]) => `${escapeName(argument)} ${value}`);
  return `${name}(${values.join(', ')})`;
}

/** `sdallocx` of `sdallocx #812`. */
export function operationName(place: Place): string | undefined {
  return place.operation?.replace(/ #\d+$/, '');
}

/** In a few words: `call 1001`, `src/bank.ts:14:33`, `line 12 of the trace`, `event 12`. */
export function shortPlace(place: Place): string {
  if (place.operationNumber !== undefined) return `call ${place.operationNumber}`;
  if (place.operation !== undefined) return escapeName(place.operation);
  if (place.site !== undefined) return escapeName(place.site);
  return inTrace(place);
}

/** Whether the place belongs to an operation. Its name may be unknown where the record has lost it. */
export function inCall(place: Place): boolean {
  return (place.operation ?? place.operationNumber) !== undefined;
}

/** With its preposition: `in call 1001`, `at event 12`; a site needs none. */
export function atPlace(place: Place): string {
  if (inCall(place)) return `in ${shortPlace(place)}`;
  return place.site === undefined ? `at ${shortPlace(place)}` : shortPlace(place);
}

/**
 * What {@link shortPlace} leaves out: the operation with its arguments, its site, which of several traces, and in a verbose report the line of the trace.
 * @param byLine whether other sections speak of lines of the trace
 */
export function placeDetails(place: Place, view: View, byLine = false): string[] {
  const details: string[] = [];
  const label = place.operationNumber === undefined ? undefined : operationLabel(place);
  if (label !== undefined) details.push(label);
  if (inCall(place) && place.site !== undefined) details.push(escapeName(place.site));
  const isTold = place.trace !== undefined || ((view.verbose || byLine) && place.line !== undefined);
  if (isTold && (inCall(place) || place.site !== undefined)) details.push(inTrace(place));
  return details;
}

/** The line of the source that a place is in, if it can be read. */
export function sourceOf(place: Place, view: View): string | undefined {
  const source = place.site === undefined ? undefined : view.sourceLine(place.site)?.trim();
  return source === undefined || source === '' ? undefined : view.style.quiet(escapeName(source));
}

/** `line 12 of the trace`, `event 12`; of several traces, `line 12 of day.std`, `event 12 of night.lgb`. */
function inTrace({ trace, event, line }: Place): string {
  if (line !== undefined) return `line ${line} of ${trace === undefined ? 'the trace' : escapeName(trace)}`;
  return trace === undefined ? `event ${event}` : `event ${event} of ${escapeName(trace)}`;
}
