// One step of snarkjs, by its library: `snarkjs_step.cjs MODULES STEP …`, in the folder it is started in.
//
//     witness WASM INPUT R1CS | setup R1CS PTAU | prove WTNS | verify
//
// Prints JSON: how long the call took, without node's start, and the sizes of what it wrote.

const fs = require("fs");
const path = require("path");

const [modules, step, ...args] = process.argv.slice(2);
const snarkjs = require(path.join(modules, "snarkjs"));

const read = (file) => JSON.parse(fs.readFileSync(file));
const write = (file, value) => fs.writeFileSync(file, JSON.stringify(value));
const seconds = async (work) => {
    const started = process.hrtime.bigint();
    const result = await work();
    return [Number(process.hrtime.bigint() - started) / 1e9, result];
};

const steps = {
    // Of a circom program: the values, and how many constraints and public values it has.
    async witness(wasm, input, r1cs) {
        const values = read(input);
        const [took] = await seconds(() => snarkjs.wtns.calculate(values, wasm, "circom.wtns"));
        const info = await snarkjs.r1cs.info(r1cs);
        const count = info.nOutputs + info.nPubInputs;
        return { seconds: took, constraints: info.nConstraints, public: count };
    },
    async setup(r1cs, ptau) {
        const [took] = await seconds(() => snarkjs.zKey.newZKey(r1cs, ptau, "key.zkey"));
        write("vk.json", await snarkjs.zKey.exportVerificationKey("key.zkey"));
        const size = (file) => fs.statSync(file).size;
        return { seconds: took, key_bytes: size("key.zkey"), verifying_key_bytes: size("vk.json") };
    },
    async prove(wtns) {
        const [took, made] = await seconds(() => snarkjs.groth16.prove("key.zkey", wtns));
        write("proof.json", made.proof);
        write("public.json", made.publicSignals);
        // Two points in G1 and one in G2, as contracts take them.
        return { seconds: took, proof_bytes: 256 };
    },
    async verify() {
        const [vk, signals, proof] = ["vk.json", "public.json", "proof.json"].map(read);
        const [took, holds] = await seconds(() => snarkjs.groth16.verify(vk, signals, proof));
        if (!holds) throw new Error("snarkjs refuses its own proof");
        return { seconds: took };
    },
};

steps[step](...args).then(
    (said) => {
        console.log(JSON.stringify(said));
        process.exit(0);
    },
    (error) => {
        console.error(error);
        process.exit(1);
    },
);
