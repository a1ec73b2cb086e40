// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IERCZKMLRegistry, IERCZKMLVerifier} from "./ZircERC7992.sol";

/// A registry of ERC-7992 that anybody may write into: for tests alone.
contract Registry is IERCZKMLRegistry {
    ModelCommitment[] private models;
    mapping(uint256 => bool) private gone;

    function registerModel(ModelCommitment calldata commitment) external returns (uint256 modelId) {
        modelId = models.length;
        models.push(commitment);
        emit ModelRegistered(modelId, msg.sender, commitment);
    }

    function updateModel(uint256 modelId, ModelCommitment calldata newCommitment) external {
        emit ModelUpdated(modelId, models[modelId], newCommitment);
        models[modelId] = newCommitment;
    }

    function deprecateModel(uint256 modelId) external {
        gone[modelId] = true;
        emit ModelDeprecated(modelId);
    }

    function getModel(uint256 modelId)
        external
        view
        returns (ModelCommitment memory commitment, bool deprecated, address owner)
    {
        if (modelId >= models.length) revert ModelNotFound(modelId);
        return (models[modelId], gone[modelId], address(this));
    }
}

/// What the compiler says of the interface.
contract Identifiers {
    function verifier() external pure returns (bytes4) {
        return type(IERCZKMLVerifier).interfaceId;
    }
}
