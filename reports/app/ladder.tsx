/** The way of a frame over the tap points, one line per sighting, with times. */
import type { CellResult } from "../../lab/model/results.ts";
import type { TapPoint } from "../../lab/model/vocabulary.ts";

export const TAP_NAMES: Readonly<Record<TapPoint, string>> = {
  endpoint: "sender",
  lower: "lower device",
  switchPort: "switch port",
  destinationSwitchPort: "receiver's switch port",
  destinationLower: "receiver's lower device",
  destination: "receiver",
  externalPort: "external port",
};

const ORDER = Object.keys(TAP_NAMES) as TapPoint[];

export function Ladder({ path }: { readonly path: NonNullable<CellResult["observed"]["path"]> }) {
  const taps = ORDER.filter((tap) => path.some(([at]) => at === tap));
  return (
    <div class="scroll">
      <table class="ladder">
        <thead>
          <tr>
            <th scope="col">µs</th>
            <th scope="col">frame</th>
            {taps.map((tap) => (
              <th scope="col">{TAP_NAMES[tap]}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {path.map(([tap, direction, time, frame], place) => (
            <tr>
              <td class="figure">
                {time}
                {place > 0 && <small> +{time - (path[place - 1]?.[2] ?? 0)}</small>}
              </td>
              <td class="figure">{frame}</td>
              {taps.map((one) => (
                <td class="rung">
                  {one === tap && (
                    <span class={`step ${direction}`}>
                      <b>{place + 1}</b> {direction === "out" ? "out →" : "→ in"}
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
