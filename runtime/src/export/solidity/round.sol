
    /// The challenges, at m + {{drawn}}: hashes of all that was fixed before them.
    function _drawChallenges(bytes calldata proof, uint256 m) private pure {
        bytes32 key = KEY_DIGEST;
        assembly ("memory-safe") {
            // The hash's tag, the key, the number of public values; then they and {{committed}}.
            mstore(m, "{{tag}}")
            mstore(add(m, 32), key)
            mstore(add(m, 64), {{values}})
            calldatacopy(add(m, {{commitments}}), add(proof.offset, 256), {{commitment_bytes}})
            mstore(0, keccak256(m, {{transcript}}))
            for { let i := 0 } lt(i, {{challenges}}) { i := add(i, 1) } {
                mstore(32, i)
                mstore(add(add(m, {{drawn}}), shl(5, i)), mod(keccak256(0, 64), R))
            }
        }
    }
