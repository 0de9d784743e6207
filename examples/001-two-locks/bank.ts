/** A bank whose transfers lock the account that pays, then the account that is paid. Two that cross can stand still for ever. */
import { type Monitor, Mutex, type SimulatedThread } from 'lockgraph';

export class Account {
  readonly lock: Mutex;
  balance: number;

  constructor(monitor: Monitor, name: string, balance: number) {
    this.lock = new Mutex(monitor, { name: `account:${name}`, class: 'account' });
    this.balance = balance;
  }
}

export async function transfer(thread: SimulatedThread, from: Account, to: Account, amount: number): Promise<void> {
  await from.lock.acquire(thread);
  await to.lock.acquire(thread);
  from.balance -= amount;
  to.balance += amount;
  to.lock.release(thread);
  from.lock.release(thread);
}

/** The same, but whichever way the money goes, the locks are taken in one order: that of the names. */
export async function orderedTransfer(thread: SimulatedThread, from: Account, to: Account, amount: number): Promise<void> {
  const [first, second] = from.lock.name < to.lock.name ? [from, to] : [to, from];
  await first.lock.runExclusive(thread, () =>
    second.lock.runExclusive(thread, () => {
      from.balance -= amount;
      to.balance += amount;
    }),
  );
}
