import type { Case } from "../case.ts";
import { type GemmShape, gemm, gemmFlops, gemmShapes, repetitions } from "../gemm.ts";
import { alone, type Contestant, compare, inTurn } from "../measure.ts";
import type { Peer } from "../peer.ts";

const unit = "GFLOP/s";

/** Float32 matrix products, one shape after another. */
export const gemmCase: Case = async function* ({ rounds, startPeer }) {
  await using peer = await startPeer("gemm.py");
  for (const shape of gemmShapes) {
    const name = `gemm-${shape.join("x")}`;
    const product = gemm(shape);
    const ours: Contestant = { run: async () => (await product.run()) / 1e9 };
    if (peer === undefined) yield alone(name, unit, (await inTurn({ ours }, rounds)).ours);
    else {
      const speeds = await inTurn({ ours, torch: torchProduct(peer, shape) }, rounds);
      yield compare(`${name}/torch`, unit, speeds.ours, speeds.torch);
    }
    product.dispose();
  }
};

function torchProduct(peer: Peer, shape: GemmShape): Contestant {
  const [m, k, n] = shape;
  const times = repetitions(shape);
  return {
    async run() {
      const { seconds } = await peer.ask<{ seconds: number }>("multiply", { m, k, n, times });
      return (gemmFlops(shape) * times) / seconds / 1e9;
    },
  };
}
