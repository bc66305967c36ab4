// Written by make_pillow_goldens.py with Pillow 13.0.0 and libjpeg-turbo 3.2.0; do not edit.

struct ResizeGolden: Sendable {
    let seed: UInt64
    let channels: Int
    let source: (Int, Int)
    let target: (Int, Int)
    let box: (Float, Float, Float, Float)?
    let hash: UInt64
}

struct JPEGGolden: Sendable {
    let name: String
    let width: Int
    let height: Int
    /// Of the decoded pixels, as RGB.
    let rgb: UInt64
    /// Of the luma alone; 0 when the file holds no luma.
    let grey: UInt64
    let half: UInt64
    let quarter: UInt64
    let eighth: UInt64
    /// The file in hexadecimal.
    let file: String
}

enum PillowGoldens {
    /// `convert("L")` of 64x64 random pixels of seed 99.
    static let luma: UInt64 = 0x3BFC06751FC147EF

    static let resizes: [ResizeGolden] = [
        ResizeGolden(seed: 1, channels: 3, source: (7, 5), target: (3, 2), box: nil, hash: 0x83EE2367A5079F16),
        ResizeGolden(seed: 2, channels: 1, source: (7, 5), target: (3, 2), box: nil, hash: 0x21089C538B4C07F6),
        ResizeGolden(seed: 3, channels: 3, source: (7, 5), target: (7, 5), box: nil, hash: 0x21DECED74ECC32DE),
        ResizeGolden(seed: 4, channels: 1, source: (7, 5), target: (7, 5), box: nil, hash: 0x540525A70FEEED8B),
        ResizeGolden(seed: 5, channels: 3, source: (7, 5), target: (14, 11), box: nil, hash: 0xEFED384FA6D37C2A),
        ResizeGolden(seed: 6, channels: 1, source: (7, 5), target: (14, 11), box: nil, hash: 0x13F6269C3C76239A),
        ResizeGolden(seed: 7, channels: 3, source: (1, 1), target: (9, 4), box: nil, hash: 0xA661B9C7DF44CD61),
        ResizeGolden(seed: 8, channels: 1, source: (1, 1), target: (9, 4), box: nil, hash: 0xD5E87ECB62B77775),
        ResizeGolden(seed: 9, channels: 3, source: (16, 16), target: (1, 1), box: nil, hash: 0x697B11194F3677BE),
        ResizeGolden(seed: 10, channels: 1, source: (16, 16), target: (1, 1), box: nil, hash: 0xAF63F34C860213A1),
        ResizeGolden(seed: 11, channels: 3, source: (64, 48), target: (30, 30), box: nil, hash: 0x23A8192C4E44A352),
        ResizeGolden(seed: 12, channels: 1, source: (64, 48), target: (30, 30), box: nil, hash: 0x1469550E69A71401),
        ResizeGolden(seed: 13, channels: 3, source: (48, 27), target: (30, 30), box: nil, hash: 0x150C7C3B32B274D1),
        ResizeGolden(seed: 14, channels: 1, source: (48, 27), target: (30, 30), box: nil, hash: 0xB27BEEB3E7414ACC),
        ResizeGolden(seed: 15, channels: 3, source: (64, 48), target: (64, 20), box: nil, hash: 0xD64A711DF214A6EB),
        ResizeGolden(seed: 16, channels: 1, source: (64, 48), target: (64, 20), box: nil, hash: 0x4C70556D9D43FF99),
        ResizeGolden(seed: 17, channels: 3, source: (64, 48), target: (20, 48), box: nil, hash: 0xDAEEC96A5F2EEE73),
        ResizeGolden(seed: 18, channels: 1, source: (64, 48), target: (20, 48), box: nil, hash: 0x82FE2BEC8BB8C2B3),
        ResizeGolden(seed: 19, channels: 3, source: (101, 67), target: (32, 32), box: (10.0, 5.0, 90.0, 60.0), hash: 0x735CC3AD7B9952A8),
        ResizeGolden(seed: 20, channels: 1, source: (101, 67), target: (32, 32), box: (10.0, 5.0, 90.0, 60.0), hash: 0xE31DB6445115484A),
        ResizeGolden(seed: 21, channels: 3, source: (101, 67), target: (32, 32), box: (0.5, 0.25, 100.75, 66.5), hash: 0x9B2C88366F21C4F0),
        ResizeGolden(seed: 22, channels: 1, source: (101, 67), target: (32, 32), box: (0.5, 0.25, 100.75, 66.5), hash: 0x4BBC6E8A74A59D95),
        ResizeGolden(
            seed: 23, channels: 3, source: (101, 67), target: (96, 96), box: (33.125, 20.0625, 40.5, 29.75), hash: 0x6ADD6AA452BD3780),
        ResizeGolden(
            seed: 24, channels: 1, source: (101, 67), target: (96, 96), box: (33.125, 20.0625, 40.5, 29.75), hash: 0xF047E84D8C19F671),
        ResizeGolden(seed: 25, channels: 3, source: (101, 67), target: (5, 3), box: (1.0, 0.0, 101.0, 67.0), hash: 0x36000B5E998A45B6),
        ResizeGolden(seed: 26, channels: 1, source: (101, 67), target: (5, 3), box: (1.0, 0.0, 101.0, 67.0), hash: 0x5C28D930846AF2FD),
        ResizeGolden(seed: 27, channels: 3, source: (101, 67), target: (101, 67), box: (1.0, 0.0, 101.0, 67.0), hash: 0x0E752CE5E5165C2B),
        ResizeGolden(seed: 28, channels: 1, source: (101, 67), target: (101, 67), box: (1.0, 0.0, 101.0, 67.0), hash: 0x8ACA457EFB38CD20),
        ResizeGolden(seed: 29, channels: 3, source: (101, 67), target: (101, 40), box: (0.0, 13.0, 101.0, 53.0), hash: 0x90F2E0888DF4749D),
        ResizeGolden(seed: 30, channels: 1, source: (101, 67), target: (101, 40), box: (0.0, 13.0, 101.0, 53.0), hash: 0xB1F2F27202981315),
        ResizeGolden(seed: 31, channels: 3, source: (101, 67), target: (50, 67), box: (50.0, 0.0, 100.0, 67.0), hash: 0xC191BB6F5AE31A6D),
        ResizeGolden(seed: 32, channels: 1, source: (101, 67), target: (50, 67), box: (50.0, 0.0, 100.0, 67.0), hash: 0xF1913C38FB4A4CB2),
        ResizeGolden(seed: 33, channels: 3, source: (300, 200), target: (7, 5), box: nil, hash: 0xCAA75AF857C7F7E9),
        ResizeGolden(seed: 34, channels: 1, source: (300, 200), target: (7, 5), box: nil, hash: 0x954FA40371679641),
        ResizeGolden(
            seed: 35, channels: 3, source: (333, 41), target: (2, 40), box: (0.015625, 0.0, 332.984375, 41.0), hash: 0xE7A20915D99B6C8A),
        ResizeGolden(
            seed: 36, channels: 1, source: (333, 41), target: (2, 40), box: (0.015625, 0.0, 332.984375, 41.0), hash: 0x4EB0B61F1E06B522),
        ResizeGolden(seed: 37, channels: 3, source: (480, 27), target: (300, 300), box: nil, hash: 0x6F99EB15351BE9A1),
        ResizeGolden(seed: 38, channels: 1, source: (480, 27), target: (300, 300), box: nil, hash: 0xB121A24273809997),
        ResizeGolden(
            seed: 39, channels: 3, source: (101, 67), target: (8, 8), box: (50.0, 30.0, 50.0625, 30.03125), hash: 0x4E5986103C94810A),
        ResizeGolden(
            seed: 40, channels: 1, source: (101, 67), target: (8, 8), box: (50.0, 30.0, 50.0625, 30.03125), hash: 0x5668F39BF87DF12D),
        ResizeGolden(seed: 41, channels: 3, source: (60, 90), target: (30, 30), box: nil, hash: 0x29356F8380D79738),
        ResizeGolden(seed: 42, channels: 1, source: (60, 90), target: (30, 30), box: nil, hash: 0xB320F6DBDBD7FF3F),
        ResizeGolden(seed: 43, channels: 3, source: (60, 91), target: (30, 30), box: nil, hash: 0xD156382702796E67),
        ResizeGolden(seed: 44, channels: 1, source: (60, 91), target: (30, 30), box: nil, hash: 0x8AA810B58BFA2AA6),
        ResizeGolden(seed: 45, channels: 3, source: (64, 116), target: (37, 37), box: nil, hash: 0x8048AABF110DF96C),
        ResizeGolden(seed: 46, channels: 1, source: (64, 116), target: (37, 37), box: nil, hash: 0xF74FF9617C79F32B),
        ResizeGolden(seed: 47, channels: 3, source: (60, 100), target: (61, 50), box: nil, hash: 0x06FC3DC4E230CEAF),
        ResizeGolden(seed: 48, channels: 1, source: (60, 100), target: (61, 50), box: nil, hash: 0x1534E13D5AC0CBA5),
        ResizeGolden(seed: 49, channels: 3, source: (60, 120), target: (30, 30), box: (3.5, 7.25, 50.0, 87.0), hash: 0x6DF33F2A904414A3),
        ResizeGolden(seed: 50, channels: 1, source: (60, 120), target: (30, 30), box: (3.5, 7.25, 50.0, 87.0), hash: 0x3717660414149C57),
        ResizeGolden(seed: 51, channels: 3, source: (41, 300), target: (41, 30), box: nil, hash: 0x521A282FD059CCC5),
        ResizeGolden(seed: 52, channels: 1, source: (41, 300), target: (41, 30), box: nil, hash: 0x6CCFB607A3CA1941),
        ResizeGolden(seed: 53, channels: 3, source: (41, 300), target: (41, 30), box: (1.0, 0.0, 41.0, 299.5), hash: 0x5B6DD6B66AFF71E0),
        ResizeGolden(seed: 54, channels: 1, source: (41, 300), target: (41, 30), box: (1.0, 0.0, 41.0, 299.5), hash: 0xAFD69DDBE0A7F9FA),
        ResizeGolden(seed: 55, channels: 3, source: (40, 200), target: (50, 20), box: (30.0, 100.0, 31.0, 180.0), hash: 0x292CF7DF306FE392),
        ResizeGolden(seed: 56, channels: 1, source: (40, 200), target: (50, 20), box: (30.0, 100.0, 31.0, 180.0), hash: 0x0DDB0A92B4D40FF8),
        ResizeGolden(seed: 57, channels: 3, source: (7, 900), target: (5, 3), box: nil, hash: 0x5D9214BDF3F46D5E),
        ResizeGolden(seed: 58, channels: 1, source: (7, 900), target: (5, 3), box: nil, hash: 0x3030B31A71B4E0E0),
        ResizeGolden(seed: 59, channels: 3, source: (30, 29), target: (60, 30), box: nil, hash: 0xE55BC30A47CA8940),
        ResizeGolden(seed: 60, channels: 1, source: (30, 29), target: (60, 30), box: nil, hash: 0x2FAFF90B69102E21),
        ResizeGolden(seed: 61, channels: 3, source: (30, 31), target: (60, 30), box: nil, hash: 0xB06236993D11E458),
        ResizeGolden(seed: 62, channels: 1, source: (30, 31), target: (60, 30), box: nil, hash: 0x01A390105FD4721B),
        ResizeGolden(seed: 63, channels: 3, source: (3, 400), target: (2, 1), box: nil, hash: 0x4BF4C9CF6A98108E),
        ResizeGolden(seed: 64, channels: 1, source: (3, 400), target: (2, 1), box: nil, hash: 0x08E62707B5839F9D),
        ResizeGolden(seed: 65, channels: 3, source: (1, 64), target: (1, 64), box: (0.0, 1.0, 1.0, 64.0), hash: 0xCDFDA4DB08EE45C1),
        ResizeGolden(seed: 66, channels: 1, source: (1, 64), target: (1, 64), box: (0.0, 1.0, 1.0, 64.0), hash: 0xC1BEEA40DC78F6BA),
    ]

    static let jpegs: [JPEGGolden] = [
        JPEGGolden(
            name: "colour420", width: 37, height: 29, rgb: 0x7ABB1E8CF82D93C1, grey: 0xB8EB2E44A5236C4E,
            half: 0x674A72C94C2AC917, quarter: 0xD35C4AA4DCB80F5A, eighth: 0x846B7D6062564587,
            file: """
                ffd8ffe000104a46494600010100000100010000ffdb0043000a07070807060a0808080b0a0a0b0e18100e0d0d0e1d15161118231f2524221f222126\
                2b372f26293429212230413134393b3e3e3e252e4449433c48373d3e3bffdb0043010a0b0b0e0d0e1c10101c3b2822283b3b3b3b3b3b3b3b3b3b3b3b\
                3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3bffc0001108001d002503012200021101031101ffc400\
                1f0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d010203000411051221\
                31410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a53545556\
                5758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6\
                c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffc4001f0100030101010101010101010000000000000102030405\
                060708090a0bffc400b51100020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f015\
                6272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a828384\
                85868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9ea\
                f2f3f4f5f6f7f8f9faffda000c03010002110311003f00e8ceb91c96de5061d31d6b8dd634896fe73220273e82b3a2bc9e3bc0ad9c66bd13428a19ed\
                f2e012477a6a8c28af695b76153ddfddc3a1cde836cda5906418e6b7af35b8a483cb5604e2a9f894a5b23088608f4ae3ed24b8b8b9c73d6a5c66ff00\
                7b4762a1158c8fb199ab3db34f2171d0d15bf616882005f8268a9fafd5ea8c9d0f62fd9f6332eb410ae640b4b16aada78f2f762ba5dc24b33951d2b8\
                8d693f7c483ef5586a6f38769e83c25e8cbda54d6e5e9ae0ea8dce4fb55db2d11211e611ef543408c6e04f38ae92f65315b9dbe9535f14f2c97b08ea\
                89c446509fd62999d717eb6ce2307a7a5158376ed2ce4938c515bc792a4549adceb86223522a4f767fffd9
                """),
        JPEGGolden(
            name: "colour422", width: 37, height: 29, rgb: 0x8FF6A6D58F75708A, grey: 0xB8EB2E44A5236C4E,
            half: 0x8912459C221EB2F7, quarter: 0xF2D0D095795BB253, eighth: 0xD728D08CF7753E86,
            file: """
                ffd8ffe000104a46494600010100000100010000ffdb0043000a07070807060a0808080b0a0a0b0e18100e0d0d0e1d15161118231f2524221f222126\
                2b372f26293429212230413134393b3e3e3e252e4449433c48373d3e3bffdb0043010a0b0b0e0d0e1c10101c3b2822283b3b3b3b3b3b3b3b3b3b3b3b\
                3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3bffc0001108001d002503012100021101031101ffc400\
                1f0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d010203000411051221\
                31410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a53545556\
                5758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6\
                c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffc4001f0100030101010101010101010000000000000102030405\
                060708090a0bffc400b51100020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f015\
                6272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a828384\
                85868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9ea\
                f2f3f4f5f6f7f8f9faffda000c03010002110311003f00e8ceb91c96de5061d31d6b8dd634896fe73220273e82b2a145d4a8e6397eee9245fd06d9b4\
                b20c831cd6f5e6b71490796ac09c55b9fb1ab727131f6f87e547313db34f2171d0d15dff005c4f539a8d370a6a2cc88af278ef02b6719af44d0a2867\
                b7cb80491deb2a92584a4ae7557fde5471899be25296c8c221823d2b8fb492e2e2e71cf5ac3d97d66973a34cbda757d9c8ed2c2d10400bf04d15e5f2\
                cd683c453e5aad24665d68215cc816962d55b4f1e5eec5776657c5e9030cb9fb4ad29488e6b83aa37393ed576cb4448479847bd76606aac3d2f67333\
                ab274319cc892e2fd6d9c460f4f4a2a654a327cc7aaed51f3773637092cce5474ae235a4fdf120fbd4f0e45556f98f3a9af630528973408c6e04f38a\
                e92f65315b9dbe95e7679274f1368862e2a74bda75390bb76967249c628af46849fb389542abf668ffd9
                """),
        JPEGGolden(
            name: "colour444", width: 26, height: 19, rgb: 0xECF9A61A246AE73A, grey: 0x9FC5283C28756C93,
            half: 0xE256B7C6BFF4298F, quarter: 0x68458992013E5C33, eighth: 0x5D3425CFA8910CEB,
            file: """
                ffd8ffe000104a46494600010100000100010000ffdb0043000a07070807060a0808080b0a0a0b0e18100e0d0d0e1d15161118231f2524221f222126\
                2b372f26293429212230413134393b3e3e3e252e4449433c48373d3e3bffdb0043010a0b0b0e0d0e1c10101c3b2822283b3b3b3b3b3b3b3b3b3b3b3b\
                3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3bffc00011080013001a03011100021101031101ffc400\
                1f0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d010203000411051221\
                31410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a53545556\
                5758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6\
                c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffc4001f0100030101010101010101010000000000000102030405\
                060708090a0bffc400b51100020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f015\
                6272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a828384\
                85868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9ea\
                f2f3f4f5f6f7f8f9faffda000c03010002110311003f00e90eb91c969e56e1d31d6b8ea47db4ae8ac3d374e3a9c5eafa44b7f39740706bbe8619c511\
                56aa4cd0d06d9b4b3971802a2bd3e53ae8574d58e9bfe1228071b978fa572f312e17773ce61bc9d2ec2b1206718af5a8e17d9c6ec58aab18bb23d134\
                28a19edb2f83c75ae5af8f8d376385527535337c4a52dd0f9581f4a54aa2c418f3ba4f53883757449209e6ba7ea67a0b111b1ad730c627dc10024d7a\
                38af84f32bc9ba8741a64b2245b55c815f9fe31b723dfc1c53814f57769090e7773debdbcab7479599249e8650b684807cb15f5c9e8795cccfffd9
                """),
        JPEGGolden(
            name: "grey", width: 37, height: 29, rgb: 0xB70CE218CFF68842, grey: 0xCE361AF5EA3A23F0,
            half: 0x689C10ED8BF175E4, quarter: 0xCCF73ACB9DB6A68E, eighth: 0xC22B5B637634264B,
            file: """
                ffd8ffe000104a46494600010100000100010000ffdb0043000a07070807060a0808080b0a0a0b0e18100e0d0d0e1d15161118231f2524221f222126\
                2b372f26293429212230413134393b3e3e3e252e4449433c48373d3e3bffc0000b08001d002501011100ffc4001f0000010501010101010100000000\
                000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a108\
                2342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475\
                767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2\
                e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00ea34bd4e3834df299b0d8ae1bc4764d7d76644e79ea3b56ff84a5fecd8c6f383\
                ef4ef164aba921118dd8f4ae46cb4a78d5b70c64fad4fa86ad25b6a1e40638dd8c0aec740b05d42dbcc61ce33589e2694e98e554e3b52786653ab300\
                e7209e735d3dee8f1c0c8061770cd703a969525c5ff98a3193dbd6bb5f0edfa69f662373b4e3a56178ae26d4e4cc607349e168bfb3240641c0f5aea6\
                f7568e665ef81daa3d3f4e866d384e47cc17d3dab8ed72ee5b5bc091b719adaf0c20be40d2f39a7789231631930f07d6b9ab4d467903ee3c8239afff\
                d9
                """),
        JPEGGolden(
            name: "progressive", width: 26, height: 19, rgb: 0xC00719D747229279, grey: 0x9FC5283C28756C93,
            half: 0xE597566E4F605220, quarter: 0x937285EFF22AABCA, eighth: 0x2DB3C20B0291DA8D,
            file: """
                ffd8ffe000104a46494600010100000100010000ffdb0043000a07070807060a0808080b0a0a0b0e18100e0d0d0e1d15161118231f2524221f222126\
                2b372f26293429212230413134393b3e3e3e252e4449433c48373d3e3bffdb0043010a0b0b0e0d0e1c10101c3b2822283b3b3b3b3b3b3b3b3b3b3b3b\
                3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3b3bffc20011080013001a03012200021101031101ffc400\
                1800000301010000000000000000000000000004050306ffc40017010003010000000000000000000000000000010402ffda000c0301000210031000\
                0001a5157e8826d35618dba01858aa14cdffc4001e10000202020203000000000000000000000102000311120413142122ffda0008010100010502ef\
                056da8b9a17aa7902073b50015e4fccd9a3019ac9c5bee6a27ffc4001b11000202030100000000000000000000000001020311213222ffda00080103\
                01013f0196bca233ce99476cbbb67fffc4001b11000104030000000000000000000000000001020412212233ffda0008010201013f01a2336794b65a\
                4f22733fffc4001810000203000000000000000000000000000020112131ffda0008010100063f0286a5c3ffc4001a10000203010100000000000000\
                0000000000011121311061ffda0008010100013f21d113b43b47ba158b2cc4138ed6052098ef57c5ffda000c03010002000300000010084fa3ffc400\
                1811000203000000000000000000000000000021011151ffda0008010301013f104e2431c47b84a8ffc4001911000300030000000000000000000000\
                00000131114151ffda0008010201013f105a43665c84a247ffc4001a100100030101010000000000000000000001001121317141ffda000801010001\
                3f10706e5763f3698a59a094e70f207442eaa5eeae7636e4f228a8bb09511597b211c47d7d830349ffd9
                """),
        JPEGGolden(
            name: "restarts", width: 37, height: 29, rgb: 0x27A371FB3F8E2B98, grey: 0x3E53DDA1BE47D626,
            half: 0xC61408076F9EC15E, quarter: 0x0292FDF215A48606, eighth: 0xC718861EAD2B1015,
            file: """
                ffd8ffe000104a46494600010100000100010000ffdb004300100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740\
                485c4e404457453738506d51575f626768673e4d71797064785c656763ffdb0043011112121815182f1a1a2f63423842636363636363636363636363\
                6363636363636363636363636363636363636363636363636363636363636363636363636363ffc0001108001d002503012200021101031101ffc400\
                1f0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d010203000411051221\
                31410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a53545556\
                5758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6\
                c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffc4001f0100030101010101010101010000000000000102030405\
                060708090a0bffc400b51100020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f015\
                6272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a828384\
                85868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9ea\
                f2f3f4f5f6f7f8f9faffdd00040002ffda000c03010002110311003f00d63a82bc5b33dab9fbfb27b990b28cd5549e459c039aeab4d44922cb63a535\
                4e34fdfa813d3dc8993a6446cf05ab4ee350468f6822abeb056153b38ac181a5925efd693527efd31c52aebd9c8fffd08a488c8e58515a76b0811fcd\
                454fd667d4974bd9fbbd8a7369a0317c509786d46dcd6c67741c8ed5ce6a2bf39e69d28bc7fc5a0e8feedf3cba9fffd12494de1e79ab16da788fe622\
                ab696a322b5ae1ca45c54d5adf537ecd135538cbdac4ab2dc889b68345664ec5e42734568b964b99a368d5525767ffd9
                """),
        JPEGGolden(
            name: "keepsRGB", width: 19, height: 17, rgb: 0xADD201682EB45182, grey: 0x49CAC49F6EDD6529,
            half: 0x14DA7244151CE700, quarter: 0x14BBA62E4460CBDD, eighth: 0xEAF995D3BD1F99C1,
            file: """
                ffd8ffee000e41646f626500640000000000ffdb004300100b0c0e0c0a100e0d0e1211101318281a181616183123251d283a333d3c3933383740485c\
                4e404457453738506d51575f626768673e4d71797064785c656763ffc00011080011001303521100471100421100ffc4001f00000105010101010101\
                00000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d0102030004110512213141061351610722711432\
                8191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a63646566676869\
                6a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8\
                d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda000c03520047004200003f00d9b4bc58edb613dab5e5d51248f6e7b74ab1717ab7a309d0\
                fa5737ab406e66dc83bd73d7d62f72e594707bd507d09e66de01e69f0c2122553d454234d7000da7f2a78d15946083c543757ad15cec078cd56b79e5\
                6b8c738a6d8dabda91bc1e2b7f4bb51750ee3826bb2d2e38de205f19c77adf8754823401b1c0a6cb6e16465f435349043bcf07f0a636a30b1246307d\
                eb96d43fe3fcfd6b8c87fd6d417bd3f0ff001aed3c3bff001ea3e9fd2ba9d2ff00d4573b37dfa6dcff00c7c3fd69d2ff00ac35347feac57fffd9
                """),
    ]

    /// A JPEG of four components.
    static let cmyk = """
        ffd8ffee000e41646f626500640000000000ffdb0043001b12141714111b1716171e1c1b2028422b28252528513a3d3042605565645f555d5b6a7899\
        816a7190735b5d85b586909ea3abadab6780bcc9baa6c799a8aba4ffc000140800080008044311004d11005911004b1100ffc4001f00000105010101\
        01010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d0102030004110512213141061351610722\
        7114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a63646566\
        6768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5\
        d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda000e0443004d0059004b00003f00e8eba0addadaafffd9
        """
}
