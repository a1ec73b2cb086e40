
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

    /// e·ρⁿ + Σ ρᵏ·dₖ for `count` distances of `width` bytes from `start` on, each at most `span`. A
    /// product is below R and a distance too: their sum does not overflow.
    function _horner(
        uint256 e,
        uint256 rho,
        uint256 start,
        uint256 count,
        uint256 width,
        uint256 span,
        uint256 port
    ) private pure returns (uint256) {
        uint256 outside;
        assembly ("memory-safe") {
            let shift := sub(256, shl(3, width))
            for { let at := add(start, mul(count, width)) } gt(at, start) {} {
                at := sub(at, width)
                let distance := shr(shift, mload(at))
                outside := or(outside, gt(distance, span))
                e := add(mulmod(e, rho, R), distance)
            }
        }
        if (outside != 0) revert ValueOutOfType(port);
        return e;
    }

    /// The same for distances of one byte that may be any byte: 32 of them are read at a time.
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
