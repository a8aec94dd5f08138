"""Made-up findings whose ratios are known."""

from tests.load.overhead.accounting import Memory
from tests.load.overhead.experiment import Findings
from tests.load.overhead.rounds import Slice
from tests.load.overhead.variants import BOTH, DECIDING, VARIANTS
from tests.load.overhead.witnesses import Witness

MIB = 2**20


def findings(
    cpu: float = 1.03, speed: float = 0.96, memory: float = 1.02, busy: float = 0.95, rounds: int = 20
) -> Findings:
    """Every variant alike but `both`, which differs from the others by three factors; `busy` is their core's share."""

    def of(factor: float, name: str) -> float:
        return factor if name == BOTH.name else 1.0

    names = [each.name for each in VARIANTS]
    full = [
        {name: Slice(int(100 * of(speed, name)), 0.2, 0.2 * busy * of(speed, name) * of(cpu, name)) for name in names}
        for _ in range(rounds)
    ]
    steady = [{name: Slice(4, 0.2, 0.004, (0.001, 0.002, 0.003, 0.010)) for name in names} for _ in range(rounds)]
    held = {name: Memory(int(60 * MIB * of(memory, name)), int(40 * MIB * of(memory, name))) for name in names}
    return Findings(
        saturation=[*full, *({each.name: slices[each.name] for each in DECIDING} for slices in full)],
        fixed_rate=list(steady),
        memory=[held, held],
        rest=[dict.fromkeys(names, 0.005)] * 2,
        witnesses=[dict.fromkeys(names, Witness(2.0, 2.0, 1.98))] * 2,
    )
