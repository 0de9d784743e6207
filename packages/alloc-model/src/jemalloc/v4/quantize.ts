/**
 * Free runs and extents lie in buckets: the size of a bucket is a class, and what lies in it has at least that size.
 * A search begins at the first bucket in which everything is large enough.
 */
import { LARGE_PAD, MAXRUN_PAGES } from './bin-info.js';
import { CHUNK_SIZE, index2size, PAGE, size2index } from '../size-classes.js';

/** Sizes in pages with a bucket: 1, 2, 3, 4, then four per doubling. */
const PAGE_CLASSES = pageClasses(CHUNK_SIZE / PAGE);
const PAD = LARGE_PAD / PAGE;

/** Number of buckets for runs. */
export const RUN_BUCKETS = PAGE_CLASSES.length;

const FLOOR = Int32Array.from({ length: MAXRUN_PAGES + 1 }, (_, pages) => runQuantizeFloor(pages));

/** Bucket (`runs_avail` index) of a free run of each number of pages. */
export const RUN_BUCKET = Uint8Array.from(FLOOR, (floor) => pageClass(floor));

/** First bucket in which every run has that many pages. */
export const RUN_SEARCH_BUCKET = Uint8Array.from(FLOOR, (floor, pages) => {
  if (floor === pages) return pageClass(floor);
  return pageClass(PAGE_CLASSES[pageClass(floor - PAD + 1 / PAGE)]! + PAD);
});

/** The largest size of a large run that fits into `pages`; a single page stays one. */
function runQuantizeFloor(pages: number): number {
  const index = pageClass(pages - PAD + 1 / PAGE);
  return index === 0 ? pages : PAGE_CLASSES[index - 1]! + PAD;
}

/** The first class of at least that many pages. */
function pageClass(pages: number): number {
  const index = PAGE_CLASSES.findIndex((size) => size >= pages);
  return index < 0 ? PAGE_CLASSES.length : index;
}

function pageClasses(most: number): number[] {
  const classes = [1, 2, 3, 4];
  for (let group = 4; group < most; group *= 2) {
    for (let quarter = 1; quarter <= 4; quarter++) classes.push(group + (group / 4) * quarter);
  }
  return classes;
}

/** The largest class that fits into an extent of `size` bytes. */
export function extentQuantizeFloor(size: number): number {
  const index = size2index(size);
  return index2size(index) === size ? size : index2size(index - 1);
}

/** The smallest class in whose bucket every extent has `size` bytes. */
export function extentQuantizeCeil(size: number): number {
  return index2size(size2index(size));
}
