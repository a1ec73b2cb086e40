#!/usr/bin/env bash
# Circuits, keys and receipts for the tests of the package and of the page, made by zirc on this machine.
#
#   web/test/fixtures.sh FOLDER    writes into FOLDER; expects FOLDER/zirc to be the program
set -euo pipefail
cd "$1"
here=$OLDPWD
block() { node -e 'import(process.argv[1]).then((m) => process.stdout.write(m.block(process.argv[2], "zirc")))' \
    "$here/web/test/blocks.mjs" "$1"; }
zirc() { ./zirc "$@" >/dev/null 2>&1 || { echo "zirc $*:" >&2; ./zirc "$@" >&2; exit 1; }; }

# The loan of the guide's page on receipts, granted and declined.
mkdir -p loan
block receipt.md >loan/model.zirc
echo '{"applicant": [10, 5, 100, 20], "limit": 2000}' >loan/input.json
echo '{"applicant": [1, 2, 3, 4], "limit": 300}' >loan/other.json
zirc compile loan -o loan.circuit
zirc setup loan.circuit --pk loan.pk --vk loan.vk
zirc prove loan.circuit --pk loan.pk --input loan/input.json -o loan.proof --receipt loan.json
zirc prove loan.circuit --pk loan.pk --input loan/other.json -o other.proof --receipt loan.other.json

# A hidden model: a commitment beside the proof.
mkdir -p score
cat >score/model.zirc <<'ZIRC'
circuit score(
    committed w: i8[6] = file("w.json"),
    committed bias: i12,
    private x: i8[6],
) -> public y: _ { relu((sum i { w[i] * x[i] }) + bias) }
ZIRC
echo '{"w": [3, -1, 4, 1, -5, 9], "bias": 700}' >score/weights.json
echo '{"w": [3, -1, 4, 1, -5, 9], "bias": 700, "x": [1, 2, 3, 4, 5, -6]}' >score/input.json
echo '{"w": [3, -1, 4, 1, -5, 9], "bias": 700, "x": [1, 1, 1, 1, 1, 1]}' >score/other.json
zirc compile score --mode groth16-commit -o score.circuit
zirc setup score.circuit --pk score.pk --vk score.vk
zirc commit score.circuit --pk score.pk --input score/weights.json -o score.opening
for name in input other; do
    zirc prove score.circuit --pk score.pk --input "score/$name.json" --opening score.opening -o score.proof \
        --receipt "score.$name.json"
done
mv score.input.json score.json

# A committed input: a hash among the public outputs.
mkdir -p within
block commitments.md >within/model.zirc
echo '{"lo": -100, "hi": 100, "measured": [12, -7, 25, 3, 0, 1, 2, -30], "measured.salt": "1234567890123456789012345"}' \
    >within/input.json
zirc compile within -o within.circuit
zirc setup within.circuit --pk within.pk --vk within.vk
for name in loan score within; do
    [ "$name" = within ] || ./zirc verify "$name.json" --vk "$name.vk" --json >"$name.said.json" 2>/dev/null
done
./zirc commit within.circuit --input within/input.json --json >within.committed.json
