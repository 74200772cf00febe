import { fail, ok, type Result } from '../core/errno.ts';
import { defineTable, type Row } from '../core/table.ts';
import type { Transaction } from '../core/transaction.ts';
import type { Reader } from '../core/world.ts';
import { contains, formatIPv4, formatPrefix, type Prefix } from './ipv4.ts';
import { NETDEV, onNetdevRemoved } from './netdev.ts';

/** An entry of the main routing table of a network namespace. */
export interface Route extends Row {
  readonly ns: number;
  readonly dst: Prefix;
  readonly via?: number;
  readonly dev: number;
  readonly src?: number;
  readonly scope: 'global' | 'link' | 'host';
  readonly proto: 'kernel' | 'boot' | 'static';
  readonly metric?: number;
}

export const ROUTE = defineTable<Route>({ name: 'route', multi: { ns: (r) => r.ns, dev: (r) => r.dev } });

/** RTM_NEWROUTE: EEXIST for the same destination and metric; ENETUNREACH when the gateway is not on-link. */
export function addRoute(tx: Transaction, fields: Omit<Route, 'id'>): Result<Route> {
  const same = tx
    .list(ROUTE, 'ns', fields.ns)
    .some(
      (r) =>
        r.dst.address === fields.dst.address &&
        r.dst.length === fields.dst.length &&
        r.metric === fields.metric &&
        r.dev === fields.dev,
    );
  if (same) return fail('EEXIST');
  if (fields.via !== undefined && !onLink(tx, fields.ns, fields.via)) return fail('ENETUNREACH');
  const row = tx.put<Route>(ROUTE, { id: tx.id(ROUTE), ...fields });
  const via = fields.via === undefined ? '' : formatIPv4(fields.via);
  tx.emit('route.add', { table: 'route', id: row.id }, { dst: formatPrefix(fields.dst), via });
  return ok(row);
}

const onLink = (read: Reader, ns: number, address: number): boolean =>
  read.list(ROUTE, 'ns', ns).some((route) => route.via === undefined && contains(route.dst, address));

export function removeRoutes(tx: Transaction, ns: number, which: (route: Route) => boolean): number {
  const gone = tx.list(ROUTE, 'ns', ns).filter(which);
  for (const route of gone) {
    tx.delete(ROUTE, route.id);
    tx.emit('route.remove', { table: 'route', id: route.id }, { dst: formatPrefix(route.dst) });
  }
  return gone.length;
}

/** Longest prefix first, then the lowest metric (fib_table_lookup); routes of devices that are down do not count. */
export function lookUpRoute(read: Reader, ns: number, address: number): Route | undefined {
  let best: Route | undefined;
  for (const route of read.list(ROUTE, 'ns', ns)) {
    if (!contains(route.dst, address) || !read.get(NETDEV, route.dev)?.up) continue;
    if (!best || route.dst.length > best.dst.length) best = route;
    else if (route.dst.length === best.dst.length && (route.metric ?? 0) < (best.metric ?? 0)) best = route;
  }
  return best;
}

/** The main table as `ip route` lists it: default routes, then by destination. */
export const routesOf = (read: Reader, ns: number): readonly Route[] =>
  [...read.list(ROUTE, 'ns', ns)].sort(
    (a, b) => a.dst.address - b.dst.address || a.dst.length - b.dst.length || a.id - b.id,
  );

onNetdevRemoved((tx, dev) => {
  for (const route of tx.list(ROUTE, 'dev', dev.id)) tx.delete(ROUTE, route.id);
});
