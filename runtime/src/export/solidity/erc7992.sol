// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by zirc {{zirc}} from a verifying key. It is the key: change nothing, write it again.
pragma solidity 0.8.30;

import {ZircVerifier} from "./ZircVerifier.sol";

/// ERC-165.
interface IERC165 {
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
}

/// The registry of ERC-7992. As published it does not compile, since an event and an error are both
/// called ModelDeprecated; here the error is ModelIsDeprecated. Functions, and so the interface's
/// identifier, are those of the standard.
interface IERCZKMLRegistry {
    struct ModelCommitment {
        bytes32 modelHash;
        bytes32 circuitHash;
        bytes32 vkHash;
        bytes4 proofSystemId;
        string uri;
    }

    event ModelRegistered(
        uint256 indexed modelId, address indexed owner, ModelCommitment commitment
    );
    event ModelUpdated(
        uint256 indexed modelId, ModelCommitment oldCommitment, ModelCommitment newCommitment
    );
    event ModelDeprecated(uint256 indexed modelId);

    error ModelNotFound(uint256 modelId);
    error NotModelOwner(uint256 modelId, address caller);
    error ModelIsDeprecated(uint256 modelId);

    function registerModel(ModelCommitment calldata commitment) external returns (uint256 modelId);

    function updateModel(uint256 modelId, ModelCommitment calldata newCommitment) external;

    function deprecateModel(uint256 modelId) external;

    function getModel(uint256 modelId)
        external
        view
        returns (ModelCommitment memory commitment, bool deprecated, address owner);
}

/// The verifier of ERC-7992, interface 0x5df65472.
interface IERCZKMLVerifier {
    event InferenceVerified(
        uint256 indexed modelId,
        bytes32 indexed inputCommitment,
        bytes output,
        address indexed caller
    );

    error InvalidProof();
    error ModelMismatch();
    error InputCommitmentMismatch();
    error OutputMismatch();
    error UnsupportedProofSystem(bytes4 proofSystemId);
    error VerificationRefused_ModelDeprecated(uint256 modelId);

    function verifyInference(
        uint256 modelId,
        bytes32 inputCommitment,
        bytes calldata output,
        bytes calldata proof
    ) external;

    function proofSystemOf(uint256 modelId) external view returns (bytes4);

    function registry() external view returns (address registryAddress);
}

/// @title ERC-7992 over ZircVerifier
/// @notice Verifies inferences of those models of a registry that are this circuit under this key.
/// @dev The registry is trusted to say what a modelId is. Proofs can be shown again: an inference that
/// must count once needs an input of the circuit that says for what it was made.
contract ZircERC7992 is ZircVerifier, IERCZKMLVerifier, IERC165 {
    /// What a registry must say of the model's weights: MODEL_COMMITMENT where the circuit hides them,
    /// and its own digest where they are a part of it.
    bytes32 public constant MODEL_HASH = {{model_hash}};
    /// bytes4(keccak256("{{system}}-bn254-v1"))
    bytes4 public constant PROOF_SYSTEM_ID = 0x{{system_id}};
    /// Separates the hashes of inputs from all others.
    bytes32 private constant INPUT_TAG = "zirc input commitment v1";

    /// @notice The registry that models are looked up in.
    address public immutable registry;

    constructor(IERCZKMLRegistry models) {
        registry = address(models);
    }

    /// @notice Returns if the proof proves this output of this model; reverts with the reason if not.
    /// @param modelId The model's number in the registry.
    /// @param inputCommitment `inputCommitmentOf` the packed public inputs.
    /// @param output The public outputs, packed.
    /// @param proof The packed public inputs and the proof, one after the other.
    function verifyInference(
        uint256 modelId,
        bytes32 inputCommitment,
        bytes calldata output,
        bytes calldata proof
    ) external {
        _checkRegistered(modelId);
        if (proof.length < INPUT_BYTES) revert InputCommitmentMismatch();
        bytes calldata inputs = proof[:INPUT_BYTES];
        if (inputCommitmentOf(inputs) != inputCommitment) revert InputCommitmentMismatch();
        if (output.length != OUTPUT_BYTES) revert OutputMismatch();
        _verify(inputs, output, proof[INPUT_BYTES:]);
        emit InferenceVerified(modelId, inputCommitment, output, msg.sender);
    }

    /// @notice What stands for packed public inputs: Keccak-256 of a tag, the key's digest, and them.
    function inputCommitmentOf(bytes calldata inputs) public pure returns (bytes32) {
        return keccak256(abi.encodePacked(INPUT_TAG, KEY_DIGEST, inputs));
    }

    /// @notice The proof system that the registry has for a model.
    function proofSystemOf(uint256 modelId) external view returns (bytes4) {
        (IERCZKMLRegistry.ModelCommitment memory model,,) =
            IERCZKMLRegistry(registry).getModel(modelId);
        return model.proofSystemId;
    }

    /// @notice ERC-165.
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERCZKMLVerifier).interfaceId
            || interfaceId == type(IERC165).interfaceId;
    }

    function _checkRegistered(uint256 modelId) private view {
        (IERCZKMLRegistry.ModelCommitment memory model, bool deprecated,) =
            IERCZKMLRegistry(registry).getModel(modelId);
        if (deprecated) revert VerificationRefused_ModelDeprecated(modelId);
        if (model.proofSystemId != PROOF_SYSTEM_ID) {
            revert UnsupportedProofSystem(model.proofSystemId);
        }
        if (
            model.modelHash != MODEL_HASH || model.circuitHash != CIRCUIT_DIGEST
                || model.vkHash != KEY_DIGEST
        ) revert ModelMismatch();
    }
}
