import { learnedOn } from '../../engine/net/link.ts';
import { NETDEV, type Netdev, netdevsOf } from '../../engine/net/netdev.ts';
import type { IpCall } from './call.ts';

/** `-d`: what the driver says (defaults of the recorded kernel). */
export function detailsOf(call: IpCall, dev: Netdev): string {
  const sizes = `gso_max_size 65536 gso_max_segs 65535 tso_max_size ${dev.kind === 'ether' ? 65536 : 524280} tso_max_segs 65535 gro_max_size 65536 gso_ipv4_max_size 65536 gro_ipv4_max_size 65536 `;
  const range = dev.kind === 'loopback' ? 'minmtu 0 maxmtu 0' : 'minmtu 68 maxmtu 65535';
  const head = ` promiscuity ${dev.master === undefined ? 0 : 1} allmulti ${dev.master === undefined ? 0 : 1} ${range} `;
  const queues = dev.kind === 'veth' ? 'numtxqueues 2 numrxqueues 2' : 'numtxqueues 1 numrxqueues 1';
  const tail = `addrgenmode eui64 ${queues} ${sizes}`;
  if (dev.kind === 'bridge') return `${head}\n    ${bridgeDetails(call, dev)}${tail}`;
  if (dev.kind === 'veth')
    return `${head}\n    veth \n${dev.master === undefined ? '' : `    ${portDetails(call, dev)}`}${tail}`;
  return `${head}${tail}${dev.kind === 'ether' ? 'parentbus virtio parentdev virtio2 ' : ''}`;
}

function bridgeDetails(call: IpCall, dev: Netdev): string {
  const id = `8000.${dev.lladdr}`;
  const learned = learnedOn(call.tx, dev.id).length;
  const gc = 300 - (Math.floor((call.tx.now - dev.createdAt) / 10_000) % 30_000) / 100;
  return `bridge forward_delay 1500 hello_time 200 max_age 2000 ageing_time 30000 stp_state 0 priority 32768 vlan_filtering 0 vlan_protocol 802.1Q bridge_id ${id} designated_root ${id} root_port 0 root_path_cost 0 topology_change 0 topology_change_detected 0 hello_timer    0.00 tcn_timer    0.00 topology_change_timer    0.00 gc_timer  ${gc.toFixed(2)} fdb_n_learned ${learned} fdb_max_learned 0 vlan_default_pvid 1 vlan_stats_enabled 0 vlan_stats_per_port 0 group_fwd_mask 0 group_address 01:80:c2:00:00:00 mcast_snooping 1 no_linklocal_learn 0 mcast_vlan_snooping 0 mst_enabled 0 mcast_router 1 mcast_query_use_ifaddr 0 mcast_querier 0 mcast_hash_elasticity 16 mcast_hash_max 4096 mcast_last_member_count 2 mcast_startup_query_count 2 mcast_last_member_interval 100 mcast_membership_interval 26000 mcast_querier_interval 25500 mcast_query_interval 12500 mcast_query_response_interval 1000 mcast_startup_query_interval 3124 mcast_stats_enabled 0 mcast_igmp_version 2 mcast_mld_version 1 nf_call_iptables 0 nf_call_ip6tables 0 nf_call_arptables 0 `;
}

function portDetails(call: IpCall, dev: Netdev): string {
  const ports = netdevsOf(call.tx, dev.ns).filter((other) => other.master === dev.master);
  const number = ports.findIndex((other) => other.id === dev.id) + 1;
  const bridge = call.tx.get(NETDEV, dev.master ?? 0);
  return `bridge_slave state ${dev.carrier ? 'forwarding' : 'disabled'} priority 32 cost 2 hairpin off guard off root_block off fastleave off learning on flood on port_id 0x800${number} port_no 0x${number} designated_port 3276${8 + number} designated_cost 0 designated_bridge 8000.${bridge?.lladdr} designated_root 8000.${bridge?.lladdr} `;
}
