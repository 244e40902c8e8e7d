/** What a guest's user space is made of: Debian packages of the machine's own suite, and what is kept of them. */

export interface Recipe {
  /** Package -> the programs kept of it, by name; the libraries they need come along by themselves. */
  readonly programs: Readonly<Record<string, readonly string[]>>;
  /** Of those, what the scenarios' own scripts call: unpacking the rest costs an emulated guest a fifth of its boot. */
  readonly lean: readonly string[];
  /** What a guest that translates addresses has beside the lean ones. */
  readonly routing: readonly string[];
  /** Directories kept as they are where a package has them: newer packages moved some from /etc to /usr/share. */
  readonly data: readonly string[];
  /** The same, but not for scenarios. */
  readonly fullData: readonly string[];
  readonly directories: readonly string[];
  /** Path -> target of the symbolic link there. */
  readonly links: Readonly<Record<string, string>>;
  /** Path -> content. */
  readonly texts: Readonly<Record<string, string>>;
}

const COREUTILS = `[ basename cat chmod chown cp cut date dd df dirname echo env expr false head id ln ls mkdir mkfifo
  mknod mktemp mv od printf readlink realpath rm rmdir seq sha256sum sleep sort stat stty sync tail tee test timeout
  touch tr true uname uniq wc`;

export const RECIPE: Recipe = {
  programs: {
    // A real shell: one with applets built in would run its own `ip`.
    dash: ["dash"],
    // People's shell, where a kernel cannot read the disk of images/workbench.ts.
    bash: ["bash"],
    less: ["less"],
    "ncurses-base": [], // what terminals understand: `fullData`
    "ncurses-bin": ["clear", "infocmp", "reset", "tput"],
    coreutils: COREUTILS.split(/\s+/),
    sed: ["sed"],
    grep: ["grep"],
    iproute2: ["ip", "bridge", "tc", "ss", "nstat"],
    "bridge-utils": ["brctl"],
    "iputils-ping": ["ping"],
    // A DHCP server and client; its applets are called by name through it, never found on the path.
    busybox: ["busybox"],
    tcpdump: ["tcpdump"],
    ethtool: ["ethtool"],
    "util-linux": ["nsenter", "unshare", "setpriv", "dmesg", "taskset"],
    mount: ["mount", "umount"],
    procps: ["sysctl", "ps", "kill"],
    kmod: ["kmod"],
    nftables: ["nft"],
  },
  lean: ["dash", "cat", "mkfifo", "rm", "stat", "ip", "bridge", "brctl", "ping", "busybox", "dmesg", "mount"],
  routing: ["nft"],
  data: ["etc/iproute2", "usr/share/iproute2", "usr/lib/tc"],
  fullData: ["lib/terminfo", "usr/lib/terminfo", "usr/share/terminfo"],
  directories: [
    "dev",
    "etc",
    "proc",
    "root",
    "run",
    "sys",
    "tmp",
    "usr/bin",
    "usr/lib",
    "usr/lib64",
    "usr/sbin",
    "var",
  ],
  links: {
    bin: "usr/bin",
    lib: "usr/lib",
    lib64: "usr/lib64",
    sbin: "usr/sbin",
    "etc/mtab": "../proc/self/mounts",
    "usr/bin/lsmod": "kmod",
    "usr/bin/sh": "dash",
    "usr/sbin/insmod": "../bin/kmod",
    "usr/sbin/modinfo": "../bin/kmod",
    "usr/sbin/modprobe": "../bin/kmod",
    "usr/sbin/rmmod": "../bin/kmod",
    "var/run": "../run",
    "var/tmp": "../tmp",
  },
  texts: {
    // tcpdump as root looks up the user it is told to become.
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "etc/hostname": "guest\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
  },
};

/**
 * `lean`: for scenarios; `routing`: for those of them that translate addresses; `full`: for people and for suites that
 * bring their own scripts.
 */
export const USER_SPACES = ["full", "lean", "routing"] as const;
export type UserSpace = (typeof USER_SPACES)[number];

/** What a guest cannot do without: the endpoints, and the channel the lab talks to it through. */
export const REQUIRED_MODULES = ["virtio_pci", "virtio_console", "macvlan"] as const;

/**
 * What is loaded where the kernel has it as a module. `br_netfilter` is left out on purpose: it would hand bridged
 * frames to the packet filter.
 */
export const GUEST_MODULES = [...REQUIRED_MODULES, "macvtap", "tun", "veth", "bridge", "8021q"] as const;

/** And these in a `routing` user space: the packet filter, and what translates addresses. */
export const ROUTING_MODULES = ["nf_tables", "nft_chain_nat", "nft_masq"] as const;

/** And these for network cards that QEMU emulates: its names of the models, and the drivers'. Its rtl8139 is a C+. */
export const NIC_MODULES = {
  "virtio-net-pci": "virtio_net",
  e1000: "e1000",
  e1000e: "e1000e",
  vmxnet3: "vmxnet3",
  rtl8139: "8139cp",
} as const;

/** Loaded where they are modules; newer kernels can only have them built in, where no list names them. */
export const PROTOCOL_MODULES = ["af_packet", "ipv6"] as const;
