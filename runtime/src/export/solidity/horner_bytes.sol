
    /// e·ρⁿ + Σ ρᵏ·dₖ for `count` distances of one byte from `start` on, which may be any byte: 32 of them are
    /// read at a time. A product is below R: its sum with a byte does not overflow.
    function _hornerBytes(uint256 e, uint256 rho, uint256 start, uint256 count)
        private
        pure
        returns (uint256)
    {
        assembly ("memory-safe") {
            let order := R
            let at := add(start, count)
            for { let rest := add(start, and(count, 31)) } gt(at, rest) {} {
                at := sub(at, 32)
                let word := mload(at)
{{bytes}}            }
            for {} gt(at, start) {} {
                at := sub(at, 1)
                e := add(mulmod(e, rho, order), byte(0, mload(at)))
            }
        }
        return e;
    }
