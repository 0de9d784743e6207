/** What all arenas of the simulated process share. */
import type { Monitor, Mutex } from 'lockgraph';
import { AddressSpace } from '../address-space.js';
import { Base } from './base.js';
import { ChunksRtree } from './chunks-rtree.js';
import { registerFrames } from './frames.js';
import type { Frames } from './frames.js';
import { arenasLock, baseLock } from './locks.js';
import type { Settings } from './options.js';
import { HUGE_MININDEX } from '../size-classes.js';

export class Process {
  readonly monitor: Monitor;
  readonly settings: Settings;
  readonly frames: Frames;
  readonly addressSpace = new AddressSpace();
  readonly base: Base;
  readonly chunksRtree: ChunksRtree;
  readonly arenasLock: Mutex;

  constructor(monitor: Monitor, settings: Settings) {
    this.monitor = monitor;
    this.settings = settings;
    this.frames = registerFrames(monitor.registry, HUGE_MININDEX);
    this.arenasLock = arenasLock(monitor);
    this.base = new Base(baseLock(monitor), this.frames, this.addressSpace);
    this.chunksRtree = new ChunksRtree(this.base, this.frames);
  }
}
