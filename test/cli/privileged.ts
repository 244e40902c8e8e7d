/** Why a test that needs root is not run here, as a word for its title; empty when it is. */
export const noRoot = process.getuid?.() === 0 ? "" : " [not run: needs root; sudo ./scripts/test netns runs it]";
