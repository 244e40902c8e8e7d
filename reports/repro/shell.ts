/** The part of a script that is the same for every cell: set-up, clean-up, sending, counting, waiting. POSIX shell. */

/** What a script says and how it ends, with namespaces of its own. */
export const STANDALONE = `
# Nothing was learnt about the kernel.
cannot() {
	echo "ok 1 $name # SKIP $1"
	exit 4
}

# Ends the script by what was asked.
tell() {
	[ "$1" != "$2" ] || { echo "ok 1 $name" && exit 0; }
	echo "not ok 1 $name"
	exit 1
}

spaces=

# Lists those it made, never another's of the same name: a signal waits until it is known which.
namespaces() {
	signal=
	trap 'signal=yes' HUP INT TERM
	if (trap '' HUP INT TERM && for one; do echo "netns add $one"; done | ip -batch -) 2>"$work/refused"; then
		spaces=$*
	else
		made_before "$@"
		cannot "cannot make network namespaces: $(tr '\\n' ' ' <"$work/refused")"
	fi
	trap 'exit 4' HUP INT TERM
	[ -z "$signal" ] || exit 4
}

# Lists those before the one whose line ip tells of: "Command failed -:3".
made_before() {
	said=$(tr '\\n' ' ' <"$work/refused")
	failed=\${said##*"Command failed -:"}
	failed=\${failed%% *}
	case $failed in *[!0-9]* | '') failed=1 ;; esac
	for one; do
		failed=$((failed - 1))
		[ "$failed" -gt 0 ] || break
		spaces="$spaces $one"
	done
}

remove_namespaces() {
	for one in $spaces; do echo "netns del $one"; done | ip -force -batch - 2>/dev/null
}
`.trim();

/** The same by the library of the kernel's own tests, tools/testing/selftests/net/lib.sh. */
export const KSELFTEST = `
# shellcheck source=/dev/null
source "$(dirname "$(readlink -f "$0")")/lib.sh" || exit 4

# Nothing was learnt about the kernel.
cannot() {
	echo "ok 1 $name # SKIP $1"
	exit "$ksft_skip"
}

# Ends the script by what was asked.
tell() {
	[ "$1" != "$2" ] || { echo "ok 1 $name" && exit "$ksft_pass"; }
	echo "not ok 1 $name"
	exit "$ksft_fail"
}

remove_namespaces() {
	cleanup_all_ns
}
`.trim();

/** What both start with. */
export const SET_UP = `
work=
jobs=
late=

# Killed, since a shell just forked may lose any other signal.
# shellcheck disable=SC2086 # words
clean() {
	trap '' HUP INT TERM
	[ -n "$work" ] || return
	{
		[ ! -e "$work/late" ] || read -r late <"$work/late"
		[ -z "$jobs" ] || kill -KILL $jobs $late
		wait
	} 2>/dev/null
	remove_namespaces
	rm -rf "$work"
}
trap clean EXIT
trap 'exit 4' HUP INT TERM
work=$(mktemp -d) || exit 4

# Lines of ip or bridge for a namespace, all by one process; one that fails ends the script.
batch() {
	"$1" -n "$2" -batch - 2>"$work/refused" || cannot "'$1' failed: $(tr '\\n' ' ' <"$work/refused")"
}
`.trim();

/** Sending and seeing. Frames are those of ping: with 68 octets of IP a probe, with 1,068 a fence. */
export const TRAFFIC = `
frames() { # namespace, device, octets, internet addresses nobody has, whose neighbours are permanent
	from=$1 dev=$2 size=$3
	shift 3
	for one; do
		ip netns exec "$from" ping -c 1 -w 1 -q -s "$size" -I "$dev" "$one" >/dev/null 2>&1 &
		jobs="$jobs $!"
	done
}

# Ends the captures after so many seconds, and so the waiting of whoever reads what they say.
deadline() {
	sleep "$1" &
	echo "$!" >"$work/late"
	wait
	while read -r pid; do kill "$pid" 2>/dev/null; done <"$work/captures"
}

# Whose lines are in "$work/seen" from when this returns: "low-a Out IP 192.0.2.1 > 192.0.2.101: ICMP echo request, ...".
# A capture of all devices makes none promiscuous: that would open the driver's multicast filter.
capture() { # namespace
	if [ ! -e "$work/seen" ]; then
		mkfifo "$work/seen"
		deadline 30 &
		jobs="$jobs $!"
	fi
	ip netns exec "$1" tcpdump -t -l -n -p -s 128 --immediate-mode -Z root -i any icmp >"$work/seen" 2>&1 &
	jobs="$jobs $!"
	[ -e "$work/captures" ] || exec 3<"$work/seen"
	echo "$!" >>"$work/captures"
	said=
	while read -r line <&3; do
		case $line in "listening on"*) return ;; ?*) said=$line ;; esac
	done
	cannot "tcpdump does not start: $said"
}

sent=0 copies=0 echo=0 wire=0
fences_to=0 fences_from=0 fences_wire=0

# A frame one of the captures saw: device, direction, the frame.
count() {
	case $3 in
	*'> 192.0.2.1'[0-9][0-9]': ICMP echo request'*) kind=probe ;;
	*'> 192.0.2.2'[0-9][0-9]': ICMP echo request'*) kind=fence ;;
	*) return ;;
	esac
	case $1-$2-$kind in
	"$sender"-Out-probe) sent=$((sent + 1)) ;;
	"$port"-Out-fence) fences_wire=$((fences_wire + 1)) ;;
	*-Out-*) ;;
	"$source"-*-probe) echo=$((echo + 1)) ;;
	"$source"-*-fence) fences_from=$((fences_from + 1)) ;;
	"$destination"-*-probe) copies=$((copies + 1)) ;;
	"$destination"-*-fence) fences_to=$((fences_to + 1)) ;;
	"$port"-*-probe) wire=$((wire + 1)) ;;
	esac
}

# Reads what the captures saw until so many of one kind are among it.
follow() { # counter, least, why nothing can be told without
	while eval "[ \\"\\$$1\\" -lt $2 ]"; do
		read -r device direction frame <&3 || cannot "$3"
		[ "$device" != IP ] || cannot "tcpdump is older than 4.99: it does not name devices"
		count "$device" "$direction" "$frame"
	done
}

# Ends the captures one by one, reads the rest of what each saw, and whether it missed any.
finish() {
	while read -r pid; do
		kill "$pid"
		missed=unknown
		while [ "$missed" = unknown ] && read -r device direction frame <&3; do
			count "$device" "$direction" "$frame"
			[ "$frame" != 'dropped by kernel' ] || missed=$device
		done
		[ "$missed" = 0 ] || cannot "a capture missed frames: $missed"
	done <"$work/captures"
}
`.trim();

/** Ends whose frames no capture tells of: each function sets \`probes\` and \`fences\`. */
export const ASKED = `
# A counter tells nothing by itself: it is asked until the fence is in it.
ask() { # stack or macvtap, its name, why nothing can be told without
	tries=50
	until "$1" "$2" && [ "$fences" -gt 0 ]; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || cannot "$3"
		sleep 0.1
	done
}
`.trim();

export const STACK = `
# Packets and octets the IP stack of a namespace took: behind the driver's receive handler, as a capture is not.
stack() {
	# shellcheck disable=SC2016,SC2046 # for awk; two words
	set -- $(ip netns exec "$1" awk '
		$1 == "Ip:" || $1 == "IpExt:" {
			if ($1 in head) for (i = 2; i <= NF; i++) value[name[$1, i]] = $i
			else { head[$1] = 1; for (i = 2; i <= NF; i++) name[$1, i] = $i }
		}
		END { print value["InReceives"], value["InOctets"] }' /proc/net/snmp /proc/net/netstat)
	[ $((($2 - 68 * $1) % 1000)) = 0 ] || cannot "packets that are not the script's arrived"
	fences=$((($2 - 68 * $1) / 1000))
	probes=$(($1 - fences))
}
`.trim();

export const MACVTAP = `
# Whoever reads a macvtap's character device gets its frames.
reader() { # namespace, macvtap
	# shellcheck disable=SC2016 # for the other shell
	number=$(ip netns exec "$1" sh -c 'exec cat "/sys/class/net/$1"/tap*/dev' sh "$2" 2>/dev/null)
	mknod "$work/$2.dev" c "\${number%:*}" "\${number#*:}" || cannot "cannot make the character device of $2"
	# Open when this returns, not when cat gets to it.
	{ cat <&4 >"$work/$2.raw" 2>/dev/null & } 4<"$work/$2.dev"
	jobs="$jobs $!"
}

# Frames that were read, by their two internet addresses.
macvtap() {
	# shellcheck disable=SC2046 # two words
	set -- $(od -An -v -tx1 "$work/$1.raw" | awk '
		{ hex = hex $0 }
		END { gsub(/ /, "", hex); print gsub(/c0000201c00002[67]./, "", hex), gsub(/c000024dc00002[cd]./, "", hex) }')
	probes=$1 fences=$2
}
`.trim();

export const REFUSAL = `
refusals=0

refused() { # namespace, the words it is to be refused with, the name of what would be made, the line for ip
	where=$1 words=$2 made=$3
	shift 3
	if said=$(LC_ALL=C ip -n "$where" "$@" 2>&1); then
		ip -n "$where" link del "$made"
	else
		case $said in *"$words"*) refusals=$((refusals + 1)) ;; esac
	fi
	echo "# $made: \${said:-not refused}"
}
`.trim();
