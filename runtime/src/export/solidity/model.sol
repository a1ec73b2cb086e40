
    /// That the proof is about the model of this contract.
    function _checkModel(bytes calldata proof) private pure {
        uint256 x;
        uint256 y;
        assembly ("memory-safe") {
            x := calldataload(add(proof.offset, 256))
            y := calldataload(add(proof.offset, 288))
        }
        // The point whose compressed form is MODEL_COMMITMENT.
        if (x != {{model_x}}) revert OtherModel();
        if (y != {{model_y}}) revert OtherModel();
    }
