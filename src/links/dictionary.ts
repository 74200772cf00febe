/**
 * Text that deflate may refer to before the first byte: what sessions usually say, the most usual last. It belongs to
 * version 1 of the format and may never change, not by one character: every link ever made is read with it.
 */
export const dictionary1 = [
  '203.0.113.10 198.51.100.10 http:// https:// curl -s wget -qO- 172.17.0.1 172.17.0.4 172.17.0.5 172.18.0.2 /proc/sys/net/ipv4/ip_forward',
  'systemctl status docker ls -l /proc/1/ns /proc/self/ns cat /etc/hosts /etc/resolv.conf hostname uname -a id ps aux ps -ef pgrep lsns -t net free -m df -h',
  "traceroute nslookup tcpdump iptables -t nat -S -L -n nsenter -t 1 -n unshare --pid --net --mount --fork kill -9 grep -v permanent | grep master | wc -l | head -n 1 | tail -n 1 | cut -d: -f2 | awk '{print $2}' | sort | uniq -c 2>/dev/null && || ; done; for i in 1 2 3; do echo $i",
  'docker network create docker network inspect bridge docker network ls docker volume create docker images docker pull docker version docker info docker top docker port docker pause docker unpause docker kill -s docker wait docker rename docker restart docker create --name docker logs -f docker ps -a docker ps -q',
  '--network none --network host --network container: --restart always --rm -it -e -v -p 8080:80 -w /app -u --memory 128m --cpus 0.5 --hostname --pid host --privileged redis:7-alpine busybox hello-world top sh -c',
  'brctl show ip route ip neigh ip -d link ip -br addr ip addr show docker0 ip -br link show docker0 ip -o link show type veth ip link set up netns ip link set master docker0 ip link add va type veth peer name vb ip netns add lab ip netns exec lab ip addr add dev eth0 bridge fdb show br docker0',
  "docker inspect -f '{{.NetworkSettings.Networks.bridge.IPAddress}}' '{{.NetworkSettings.Networks.bridge.MacAddress}}' '{{.State.Pid}}' docker exec web ip -o link show eth0 docker exec db ping -c 2 172.17.0.2 docker exec db ping -c 1 172.17.0.3 docker exec db ip neigh docker logs web",
  '"]],["k","^C"],["k","^D"],["k","^Z"],["o","c1"],[0,"docker-host",1,["docker start web","docker stop web","docker stop -t 0 web","docker rm -f web db cache","bridge link","ip -br link","ip addr","ip link","docker ps","docker exec -it api app client server first second next mail test one two queue worker',
  'docker run -d --name db redis","docker run -d --name cache alpine sleep 1d","docker run -d --name web nginx:alpine","docker run -d --name c1 nginx:alpine","docker run -d --name db alpine sleep 1d","docker run -d --name ',
].join('\n');
