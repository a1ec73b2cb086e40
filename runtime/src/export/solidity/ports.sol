
    /// Puts the public {{what}} where the proof's equation and its challenges need them.
    function _read{{What}}(bytes calldata packed, uint256 m) private pure {
        uint256 from;
        assembly ("memory-safe") {
            from := packed.offset
        }
{{lines}}    }
