
    /// Puts the bytes of a port's values at `to`.
    function _bytes(uint256 from, uint256 to, uint256 count) private pure {
        assembly ("memory-safe") {
            calldatacopy(to, from, count)
        }
    }

    /// e = Σ ρᵏ·(xₖ − loₖ) at m + {{evaluation}}, over all values that are carried, the last one first.
    function _evaluate(uint256 m) private pure {
        uint256 rho;
        uint256 e;
        assembly ("memory-safe") {
            rho := mload(add(m, {{drawn}}))
        }
{{carried}}        assembly ("memory-safe") {
            mstore(add(m, {{evaluation}}), mod(e, R))
        }
    }
