/**
 * The user space of a guest that is used by hand: whole Debian packages of the machine's own suite on a disk of its own,
 * so that neither the boot nor the guest's memory pays for what is in it.
 */

export interface WorkbenchRecipe {
  readonly packages: readonly string[];
  /** Path -> target: what maintainer scripts would have linked, and none is run. */
  readonly links: Readonly<Record<string, string>>;
  /** Directories of no use in a guest: half of what the packages hold. */
  readonly without: readonly string[];
}

export const WORKBENCH: WorkbenchRecipe = {
  packages: [
    // a shell with line editing, and what people type in it
    ...["bash", "bsdutils", "coreutils", "dash", "diffutils", "file", "findutils", "grep", "gzip", "hostname", "less"],
    ...["mawk", "mount", "ncurses-base", "ncurses-bin", "procps", "psmisc", "sed", "strace", "tar", "util-linux"],
    ...["vim-tiny", "xz-utils"],
    // networks
    ...[
      "ethtool",
      "iperf3",
      "iproute2",
      "iptables",
      "iputils-arping",
      "iputils-ping",
      "libteam-utils",
      "netbase",
      "net-tools",
      "netcat-openbsd",
    ],
    ...["netsniff-ng", "nftables", "socat", "tcpdump"],
    // a wireless network of simulated radios
    ...["hostapd", "iw", "wpasupplicant"],
    // what test suites are written in
    ...["bc", "jq", "kmod", "perl-base", "python3", "python3-yaml"],
  ],
  links: {
    "etc/mtab": "../proc/self/mounts",
    "usr/bin/awk": "mawk",
    "usr/bin/nc": "nc.openbsd",
    "usr/bin/pager": "less",
    "usr/bin/sh": "dash",
    "usr/bin/vi": "vim.tiny",
    "usr/bin/vim": "vim.tiny",
    "usr/sbin/ebtables": "ebtables-nft",
    "usr/sbin/ip6tables": "ip6tables-nft",
    "usr/sbin/iptables": "iptables-nft",
  },
  without: [
    ...["bash-completion", "doc", "doc-base", "i18n", "info", "lintian", "locale", "man", "menu", "zoneinfo"].map(
      (name) => `usr/share/${name}`,
    ),
  ],
};
