# Conversations of two stacks on a cable, by the agent of the guest this runs in.
ip netns add left
ip netns add right
ip link add l0 netns left type veth peer name r0 netns right
ip -n left addr add 10.0.0.1/24 dev l0
ip -n right addr add 10.0.0.2/24 dev r0
ip -n left link set lo up
ip -n left link set l0 up
ip -n right link set r0 up
/proc/1/exe talk <<'END' | grep -aoE '[0-9]+ 1 (sent|heard|answered|error)( [0-9]+)?'
ring 256 2048
ns 0 left
ns 1 right
if 0 0 l0
if 1 1 r0
serve 1
talk 1 1 icmp 0 10.0.0.1 10.0.0.2 56
talk 2 1 tcp 0 10.0.0.1 10.0.0.2 4000
talk 3 1 udp 0 10.0.0.1 10.0.0.9 56
talk 4 1 icmp 0 10.0.0.1 10.0.0.2 1473
wait 4000 5000
END
