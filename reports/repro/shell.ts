/** The part of a script that is the same for every cell: set-up, clean-up, sending, counting, waiting. POSIX shell. */

export const PROLOGUE = `
ns=mvr$$
work=$(mktemp -d) || exit 4
spaces=
jobs=

# shellcheck disable=SC2086 # words
clean() {
	[ -z "$jobs" ] || kill $jobs 2>/dev/null
	for one in $spaces; do ip netns del "$one" 2>/dev/null; done
	rm -rf "$work"
}
trap clean EXIT
trap 'exit 4' HUP INT TERM

# Nothing was learnt about the kernel.
cannot() {
	echo "ok 1 $name # SKIP $1"
	exit 4
}

namespace() {
	spaces="$spaces $1"
	ip netns add "$1" || cannot "cannot make a network namespace: needs root"
	# The kernel is to say nothing by itself.
	ip netns exec "$1" sh -c 'for f in /proc/sys/net/ipv6/conf/*/disable_ipv6 /proc/sys/net/ipv4/conf/*/accept_local; do
		[ ! -e "$f" ] || echo 1 >"$f"; done
	for f in /proc/sys/net/ipv4/conf/*/rp_filter /proc/sys/net/bridge/bridge-nf-call-*tables; do
		[ ! -e "$f" ] || echo 0 >"$f"; done' 2>/dev/null
}

# An ip or bridge command in a namespace; one that fails ends the script.
inside() {
	where=$1
	tool=$2
	shift 2
	"$tool" -n "$where" "$@" 2>"$work/refused" ||
		cannot "'$tool $*' failed: $(head -n 1 "$work/refused")"
}

# One frame: namespace, device, internet address nobody has, link-layer address, size. 68 octets of IP are a probe, 1068 a fence.
frame() {
	inside "$1" ip neighbour replace "$3" lladdr "$4" dev "$2" nud permanent
	ip netns exec "$1" ping -c 1 -w 1 -q -s "$5" -I "$2" "$3" >/dev/null 2>&1 &
	jobs="$jobs $!"
}

capture() { # namespace, device, direction, file
	ip netns exec "$1" tcpdump -l -n -p -Z root -Q "$3" -i "$2" icmp >"$work/$4" 2>"$work/$4.err" &
	jobs="$jobs $!"
	tries=0
	until grep -q '^listening on' "$work/$4.err"; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || cannot "tcpdump does not start: $(head -n 1 "$work/$4.err")"
		sleep 0.1
	done
}

reader() { # namespace, macvtap, file: whoever reads the character device gets the frames
	number=$(ip netns exec "$1" sh -c "cat /sys/class/net/$2/tap*/dev" 2>/dev/null)
	mknod "$work/$3.dev" c "\${number%:*}" "\${number#*:}" || cannot "cannot make the character device of $2"
	cat "$work/$3.dev" >"$work/$3.raw" 2>"$work/$3.err" &
	jobs="$jobs $!"
}

stack() { # namespace: packets and octets its IP stack took
	ip netns exec "$1" cat /proc/net/snmp /proc/net/netstat | awk '
		$1 == "Ip:" || $1 == "IpExt:" {
			if ($1 in head) for (i = 2; i <= NF; i++) value[name[$1, i]] = $i
			else { head[$1] = 1; for (i = 2; i <= NF; i++) name[$1, i] = $i }
		}
		END { print value["InReceives"], value["InOctets"] }'
}

# How many frames to the internet addresses of this pattern: kind of counter, namespace, file, probes or fences.
count() {
	case $1-$4 in
	capture-probe) grep -c '> 192\\.0\\.2\\.1[0-9][0-9]: ICMP echo request' "$work/$3" ;;
	capture-fence) grep -c '> 192\\.0\\.2\\.2[0-9][0-9]: ICMP echo request' "$work/$3" ;;
	device-*)
		from=01
		to='[67].'
		[ "$4" = probe ] || { from=4d && to='[cd].'; }
		od -An -v -tx1 "$work/$3.raw" | tr -d ' \\n' | grep -o "c00002\${from}c00002$to" | wc -l
		;;
	stack-*)
		read -r packets octets <"$work/$3.before"
		# shellcheck disable=SC2046 # two words
		set -- "$1" "$2" "$3" "$4" $(stack "$2")
		packets=$(($5 - packets))
		octets=$(($6 - octets))
		fences=$(((octets - 68 * packets) / 1000))
		if [ "$4" = fence ]; then echo "$fences"; else echo $((packets - fences)); fi
		;;
	esac
}

watch() { # kind of counter, namespace, device, file
	case $1 in
	capture) capture "$2" "$3" in "$4" ;;
	device) reader "$2" "$3" "$4" ;;
	stack) stack "$2" >"$work/$4.before" ;;
	esac
}

await() { # seconds, why, command
	tries=$(($1 * 10))
	why=$2
	shift 2
	until "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || cannot "$why"
		sleep 0.1
	done
}

fenced() { [ "$(count "$1" "$2" "$3" fence)" -gt 0 ]; }

seen_leaving() { [ "$(count capture - sent probe)" -ge "$groups" ]; }

per_group() { echo $((($1 + groups / 2) / groups)); }
`.trim();
