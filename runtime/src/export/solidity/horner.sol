
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
