/** errno names from what tools print: iproute2 shows the C library's sentences, not the names. */

const SENTENCES: Readonly<Record<string, string>> = {
  "Operation not permitted": "EPERM",
  "No such file or directory": "ENOENT",
  "No such device or address": "ENXIO",
  "Cannot allocate memory": "ENOMEM",
  "Device or resource busy": "EBUSY",
  "File exists": "EEXIST",
  "No such device": "ENODEV",
  "Invalid argument": "EINVAL",
  "No space left on device": "ENOSPC",
  "Numerical result out of range": "ERANGE",
  "Too many levels of symbolic links": "ELOOP",
  "Operation not supported": "EOPNOTSUPP",
  "Address already in use": "EADDRINUSE",
  "Cannot assign requested address": "EADDRNOTAVAIL",
  "Network is down": "ENETDOWN",
};

/**
 * The kernel's own sentences (extended acknowledgements), which iproute2 prints instead of the errno's: the function
 * that sets the sentence returns this errno beside it.
 */
const KERNEL_SENTENCES: Readonly<Record<string, string>> = {
  "mtu less than device minimum": "EINVAL", // dev_validate_mtu
  "mtu greater than device maximum": "EINVAL", // dev_validate_mtu
  "An interface with the same name exists in the target netns": "EEXIST", // __dev_change_net_namespace
  "Attribute failed policy validation": "ERANGE", // validate_nla, of an attribute that is too short
  "Device does not allow enslaving to a bridge": "EOPNOTSUPP", // br_add_if
};

/** What iproute2 refuses without asking the kernel. */
const TOOLS_OWN: Readonly<Record<string, string>> = {
  "nopromisc flag only valid in passthru mode": "refused by ip",
  'argument of "mode" must be': "refused by ip",
};

/** What iproute2 says itself when the kernel knows no device of a name. */
const NO_DEVICE = /^Cannot find device "/m;

/** The errno name in a tool's message, else the message itself, so that nothing unforeseen is taken for something known. */
export function errnoName(message: string): string {
  for (const [sentence, name] of Object.entries(SENTENCES)) {
    if (new RegExp(`: ${sentence}\\.?$`, "m").test(message)) return name;
  }
  for (const [sentence, name] of Object.entries(KERNEL_SENTENCES)) {
    if (message.includes(`Error: ${sentence}`)) return name;
  }
  for (const [sentence, name] of Object.entries(TOOLS_OWN)) {
    if (message.includes(sentence)) return name;
  }
  return NO_DEVICE.test(message) ? "ENODEV" : message;
}
