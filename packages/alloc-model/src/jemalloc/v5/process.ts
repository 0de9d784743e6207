/** What all arenas of the simulated process share. */
import type { Monitor } from 'lockgraph';
import { AddressSpace } from '../address-space.js';
import { Base, type BaseContext } from './base.js';
import { Emap } from './emap.js';
import { registerFrames } from './frames.js';
import type { Frames } from './frames.js';
import { baseLock, globalLocks } from './locks.js';
import type { GlobalLocks } from './locks.js';
import { Memory } from './memory.js';
import { Damage } from './misuse.js';
import type { Settings } from './options.js';

export class Process implements BaseContext {
  readonly monitor: Monitor;
  readonly settings: Settings;
  readonly frames: Frames;
  readonly locks: GlobalLocks;
  readonly addressSpace = new AddressSpace();
  readonly memory = new Memory(this.addressSpace);
  /** That of arena 0. */
  readonly base: Base;
  readonly emap: Emap;
  readonly damage: Damage;

  constructor(monitor: Monitor, settings: Settings) {
    this.monitor = monitor;
    this.settings = settings;
    this.frames = registerFrames(monitor.registry, settings.tcacheMaxclass);
    this.locks = globalLocks(monitor);
    this.base = new Base(baseLock(monitor, 0), this);
    this.emap = new Emap(this.locks.rtree, this.base, this.frames);
    this.damage = new Damage(monitor.registry);
  }
}
