
    /// Puts `count` values of a port at `to`, a word each, from `width` bytes each in calldata: as
    /// distances from `least`, which are at most `span`.
    function _words(
        uint256 from,
        uint256 to,
        uint256 count,
        uint256 width,
        uint256 least,
        uint256 span,
        uint256 port
    ) private pure {
        uint256 outside;
        assembly ("memory-safe") {
            let shift := sub(256, shl(3, width))
            for { let end := add(to, shl(5, count)) } lt(to, end) { to := add(to, 32) } {
                let distance := shr(shift, calldataload(from))
                outside := or(outside, gt(distance, span))
                mstore(to, addmod(distance, least, R))
                from := add(from, width)
            }
        }
        if (outside != 0) revert ValueOutOfType(port);
    }
