// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by zirc {{zirc}} from a verifying key. It is the key: change nothing, write it again.
pragma solidity 0.8.30;

import {TooLittleGas, ZircVerifier} from "./ZircVerifier.sol";

/// ERC-165.
interface IERC165 {
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
}

/// What ERC-8274 asks of a proof system. `verify` may not change anything here, and is `view`.
interface IProofVerifier {
    function verify(
        bytes32 inputHash,
        bytes32 outputHash,
        bytes calldata metadata,
        bytes calldata proof
    ) external view returns (bool);

    function proofSystem() external view returns (string memory);

    function proofProfile() external view returns (bytes32);
}

/// The call ran out of gas before there was an answer: neither `true` nor `false`.
error NoAnswer();

/// @title ERC-8274 over ZircVerifier
/// @notice inputHash is Keccak-256 of the packed public inputs, outputHash of the packed public outputs.
/// What the circuit keeps private is in neither.
contract ZircERC8274 is ZircVerifier, IProofVerifier, IERC165 {
    /// @notice Whether the proof proves the inputs and outputs with these hashes.
    /// @param inputHash Keccak-256 of INPUT_BYTES bytes.
    /// @param outputHash Keccak-256 of OUTPUT_BYTES bytes.
    /// @param metadata KEY_DIGEST and MODEL_COMMITMENT, 64 bytes.
    /// @param proof Packed public inputs, packed public outputs, and the proof, one after the other.
    /// @return `false` is said of whatever `verifyProof` reverts on with a reason.
    function verify(
        bytes32 inputHash,
        bytes32 outputHash,
        bytes calldata metadata,
        bytes calldata proof
    ) external view returns (bool) {
        if (keccak256(metadata) != keccak256(abi.encodePacked(KEY_DIGEST, MODEL_COMMITMENT))) return false;
        if (proof.length != INPUT_BYTES + OUTPUT_BYTES + PROOF_BYTES) return false;
        bytes calldata inputs = proof[:INPUT_BYTES];
        bytes calldata outputs = proof[INPUT_BYTES:INPUT_BYTES + OUTPUT_BYTES];
        if (keccak256(inputs) != inputHash || keccak256(outputs) != outputHash) return false;
        try this.verifyProof(inputs, outputs, proof[INPUT_BYTES + OUTPUT_BYTES:]) {
            return true;
        } catch (bytes memory reason) {
            // Every refusal has a reason; what has none is a call that ran out of gas.
            if (reason.length < 4 || bytes4(reason) == TooLittleGas.selector) revert NoAnswer();
            return false;
        }
    }

    /// @notice The proof system, as ERC-8274 names it.
    function proofSystem() public pure returns (string memory) {
        return "zk/{{system}}";
    }

    /// @notice What tells this deployment from all others: the proof system, the key and the model.
    function proofProfile() external pure returns (bytes32) {
        return keccak256(abi.encodePacked(proofSystem(), KEY_DIGEST, MODEL_COMMITMENT));
    }

    /// @notice ERC-165.
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IProofVerifier).interfaceId
            || interfaceId == type(IERC165).interfaceId;
    }
}
