/** What holds of all arenas between two calls. Cost: a walk over all pages. */
import type { Arena } from '../../../../packages/alloc-model/src/jemalloc/v4/arena.js';
import type { Arenas } from '../../../../packages/alloc-model/src/jemalloc/v4/arenas.js';
import { BIN_INFO } from '../../../../packages/alloc-model/src/jemalloc/bin-info.js';
import { MAP_BIAS } from '../../../../packages/alloc-model/src/jemalloc/v4/bin-info.js';
import type { HugeNode } from '../../../../packages/alloc-model/src/jemalloc/v4/huge-node.js';
import { ALLOCATED, BININD_INVALID, bitsBinind, bitsValue, DIRTY, LARGE } from '../../../../packages/alloc-model/src/jemalloc/v4/page-map.js';
import type { ArenaChunk, Run } from '../../../../packages/alloc-model/src/jemalloc/v4/page-map.js';
import { RUN_BUCKET } from '../../../../packages/alloc-model/src/jemalloc/v4/quantize.js';
import { CHUNK_NPAGES, PAGE } from '../../../../packages/alloc-model/src/jemalloc/size-classes.js';

/** Pages of an arena. */
interface Pages {
  active: number;
  dirty: number;
}

/**
 * Runs tile each chunk, no two free neighbours could merge, each free run is in its bucket and each run with free regions in its
 * bin, and the counts of pages are right.
 * @throws Error that says what does not hold, and where
 */
export function checkInvariants(arenas: Arenas): void {
  const pages = new Map<number, Pages>();
  const ofArena = (ind: number): Pages => {
    const known = pages.get(ind) ?? { active: 0, dirty: 0 };
    pages.set(ind, known);
    return known;
  };
  for (const node of arenas.process.chunksRtree.nodes()) {
    const count = ofArena(node.arena);
    if (node.isExtent) count.active += (node as HugeNode).size / PAGE;
    else checkChunk(arenas.at(node.arena), node as ArenaChunk, count);
  }
  for (const arena of arenas) {
    const { active, dirty } = ofArena(arena.ind);
    let cached = 0;
    for (const { size } of arena.chunksCached.byAddress) cached += size / PAGE;
    must(arena.nactive === active, `arena ${arena.ind} counts ${arena.nactive} pages in use; there are ${active}`);
    must(arena.ndirty === dirty + cached, `arena ${arena.ind} counts ${arena.ndirty} dirty pages; there are ${dirty + cached}`);
  }
}

function checkChunk(arena: Arena, chunk: ArenaChunk, count: Pages): void {
  let before = -1;
  for (let page = MAP_BIAS; page < CHUNK_NPAGES; ) {
    const run = chunk.runAt(page);
    const bits = chunk.map[page]!;
    if ((bits & ALLOCATED) !== 0) {
      before = -1;
      const pages = (bits & LARGE) !== 0 ? bitsValue(bits) : checkSmall(arena, run);
      must((chunk.map[page + pages - 1]! & ALLOCATED) !== 0, `${at(run)}: its last page is free`);
      count.active += pages;
      page += pages;
    } else {
      const pages = checkFree(arena, run);
      const dirty = bits & DIRTY;
      must(dirty !== before, `${at(run)} and the one before it are free and have not merged`);
      if (dirty !== 0) count.dirty += pages;
      before = dirty;
      page += pages;
    }
    must(page <= CHUNK_NPAGES, `${at(run)} goes beyond its chunk`);
  }
}

/** Returns its pages. */
function checkFree(arena: Arena, run: Run): number {
  const bits = run.chunk.map[run.page]!;
  const pages = bitsValue(bits);
  must(pages > 0 && bitsBinind(bits) === BININD_INVALID, `${at(run)}: no free run begins here`);
  must(run.chunk.map[run.page + pages - 1] === bits, `${at(run)}: its first and last page differ`);
  const available = [...arena.runsAvail[RUN_BUCKET[pages]!]!].includes(run);
  must(available === (run.chunk !== arena.spare), `${at(run)}: in a bucket is ${available}`);
  return pages;
}

/** Returns its pages. */
function checkSmall(arena: Arena, run: Run): number {
  const { map } = run.chunk;
  const binind = bitsBinind(map[run.page]!);
  const { pages, nregs, regSize } = BIN_INFO[binind]!;
  must(run.binind === binind, `${at(run)}: its pages are bin ${binind}'s, it is bin ${run.binind}'s`);
  for (let i = 0; i < pages; i++) {
    must(bitsValue(map[run.page + i]!) === i && bitsBinind(map[run.page + i]!) === binind, `${at(run)}: its page ${i} is wrong`);
  }
  let free = 0;
  for (let region = 0; region < nregs; region++) if (run.isFree(run.address + region * regSize)) free++;
  must(run.nfree === free, `${at(run)} counts ${run.nfree} free regions; there are ${free}`);
  const bin = arena.bins[binind]!;
  const inHeap = [...bin.runs].includes(run);
  must(free < nregs, `${at(run)} has no used region`);
  must(inHeap === (free > 0 && run !== bin.runcur), `${at(run)}: in its bin's heap is ${inHeap}`);
  return pages;
}

function at(run: Run): string {
  return `the run at page ${run.page} of chunk 0x${run.chunk.address.toString(16)}`;
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
